package corral.daemon.rpc;

import java.io.StringReader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The JDK's parser, kept from everything that a hostile document could ask of it: for what comes in from outside. */
final class StaxEvents implements XmlEvents {
    private final XMLStreamReader xml;

    StaxEvents(String document) throws MalformedRpcException {
        // Asking for the default avoids a search of the classpath for other parsers.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        try {
            xml = factory.createXMLStreamReader(new StringReader(document));
        } catch (XMLStreamException | RuntimeException e) {
            throw malformed(e);
        }
    }

    @Override
    public Kind next() throws MalformedRpcException {
        try {
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        return Kind.START;
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        return Kind.END;
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                        return Kind.TEXT;
                    }
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new MalformedRpcException("document types and entities are refused");
                    default -> {
                        // Comments and instructions mean nothing here.
                    }
                }
            }
            return Kind.DONE;
        } catch (XMLStreamException | RuntimeException e) {
            throw malformed(e);
        }
    }

    /** The JDK's parser lets some of its internal exceptions escape on damaged input. */
    private static MalformedRpcException malformed(Exception e) {
        return new MalformedRpcException(e instanceof XMLStreamException ? e.getMessage() : e.toString());
    }

    @Override
    public String name() {
        return xml.getLocalName();
    }

    @Override
    public String text() {
        return xml.getText();
    }
}
