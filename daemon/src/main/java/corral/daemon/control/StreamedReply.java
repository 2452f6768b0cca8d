package corral.daemon.control;

import corral.daemon.rpc.XmlRpcWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A reply that contains slices of log files, encoded piece by piece: a whole log in memory, several times over on its
 * way through text to XML, would need more memory than the rest of the daemon.
 */
final class StreamedReply implements ByteSource {
    private static final int CHUNK_BYTES = 32 << 10;

    /** Text between the slices, which therefore has one element more. */
    private final Deque<String> texts = new ArrayDeque<>();

    private final Deque<LogSlice> slices;
    private FileChannel channel;
    private CharsetDecoder decoder;
    private long position;
    private long end;

    private StreamedReply(String xml, String mark, Deque<LogSlice> slices) {
        this.slices = slices;
        int from = 0;
        for (int at = xml.indexOf(mark); at >= 0; at = xml.indexOf(mark, from)) {
            texts.add(xml.substring(from, at));
            from = at + mark.length();
        }
        texts.add(xml.substring(from));
    }

    /** Whether a value has slices in it. */
    static boolean isNeeded(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().anyMatch(StreamedReply::isNeeded);
        }
        return value instanceof LogSlice;
    }

    /** The reply with the given value, in which slices may be elements of arrays or the whole. */
    static StreamedReply of(Object value) {
        // Random, so that nothing a program has logged can be taken for it.
        String mark = UUID.randomUUID().toString();
        Deque<LogSlice> slices = new ArrayDeque<>();
        byte[] xml = XmlRpcWriter.writeResponse(mark(value, mark, slices));
        return new StreamedReply(new String(xml, StandardCharsets.UTF_8), mark, slices);
    }

    private static Object mark(Object value, String mark, Deque<LogSlice> slices) {
        if (value instanceof LogSlice slice) {
            slices.add(slice);
            return mark;
        }
        if (value instanceof List<?> list) {
            List<Object> marked = new ArrayList<>(list.size());
            list.forEach(element -> marked.add(mark(element, mark, slices)));
            return marked;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>(map);
            copy.replaceAll((key, member) -> mark(member, mark, slices));
            return copy;
        }
        return value;
    }

    @Override
    public byte[] next() throws IOException {
        if (channel != null) {
            return slice();
        }
        if (texts.isEmpty()) {
            return null;
        }
        byte[] text = texts.poll().getBytes(StandardCharsets.UTF_8);
        if (!slices.isEmpty()) {
            begin(slices.poll());
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private void begin(LogSlice slice) throws IOException {
        channel = slice.open();
        decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        position = slice.from();
        end = slice.from() + slice.length();
    }

    private byte[] slice() throws IOException {
        byte[] bytes = LogSlice.read(channel, position, (int) Math.min(CHUNK_BYTES, end - position));
        boolean last = position + bytes.length >= end || bytes.length == 0;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 4);
        decoder.decode(in, out, last);
        position += in.position();
        if (last) {
            decoder.flush(out);
            channel.close();
            channel = null;
        }
        return XmlRpcWriter.escape(out.flip().toString()).getBytes(StandardCharsets.UTF_8);
    }
}
