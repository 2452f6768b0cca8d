package corral.server.http;

import corral.server.exchange.RequestHead;
import corral.server.frames.ResponseHead;
import corral.server.frames.Scratch;
import corral.server.http.ResponseHeadWriter.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Writes the response of one request after the other to a client, framed as {@link ResponseHeadWriter} decides. The head is held back until it is known what follows.
 * On the connection's event loop.
 */
final class ResponseWriter {
    private static final int COPY = 8 * 1024;
    private static final int SWITCHING = 101;
    private static final int HEAD_ROOM = 64;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ChannelHandlerContext channel;
    private final HttpContext context;

    private RequestHead request;
    private boolean isHead;
    private boolean keep;
    private ResponseHead held;
    private Framing framing;
    private boolean headWritten;
    private boolean keepAlive;
    private long remaining;
    private long bodyBytes;
    private int status;
    private FileSend sending;

    ResponseWriter(ChannelHandlerContext channel, HttpContext context) {
        this.channel = channel;
        this.context = context;
    }

    /** A new request: null if it could not be read. */
    void begin(RequestHead head) {
        request = head;
        isHead = head != null
                && head.mark(RequestHead.METHOD_END) == 4
                && head.bytes()[0] == 'H'
                && head.bytes()[1] == 'E';
        held = null;
        headWritten = false;
        keepAlive = false;
        bodyBytes = 0;
        status = 0;
    }

    boolean headWritten() {
        return headWritten;
    }

    /** Whether the connection stays after this response; known when the head is written. */
    boolean keepAlive() {
        return keepAlive;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /** Of the response, 0 before it is known. */
    int status() {
        return status;
    }

    void head(ResponseHead head) {
        held = head;
        status = head.status();
    }

    /**
     * Writes the head that is held, and body bytes with it.
     *
     * @param mayKeep whether the connection may stay
     * @return false if the body is not what the head says, and the connection must be cut
     */
    boolean body(ByteBuf bytes, boolean end, boolean mayKeep) {
        keep = mayKeep;
        int length = bytes.readableBytes();
        if (headWritten) {
            return framed(null, bytes, end);
        }
        Scratch scratch = writeHead(end && !held.trailers() ? length : -1);
        return framed(scratch, bytes, end);
    }

    private Scratch writeHead(long wholeLength) {
        Scratch scratch = context.scratch();
        scratch.clear();
        ResponseHeadWriter writer = context.headWriter();
        int minor = request == null ? 1 : request.minorVersion();
        writer.write(scratch, held, wholeLength, minor, isHead, keep);
        headWritten = true;
        framing = writer.framing();
        remaining = writer.length();
        keepAlive = writer.keepAlive();
        return scratch;
    }

    private boolean framed(Scratch head, ByteBuf bytes, boolean end) {
        int length = bytes.readableBytes();
        switch (framing) {
            case NONE -> {
                bytes.release();
                flush(head, Unpooled.EMPTY_BUFFER);
                return true;
            }
            case LENGTH -> {
                if (length > remaining) {
                    bytes.writerIndex(bytes.readerIndex() + (int) remaining);
                }
                remaining -= bytes.readableBytes();
                bodyBytes += bytes.readableBytes();
                flush(head, bytes);
                return !end || remaining == 0;
            }
            case CHUNKED -> chunk(head, bytes, end);
            case CLOSE -> {
                bodyBytes += length;
                flush(head, bytes);
            }
        }
        return true;
    }

    /** Writes head and body, in one piece if they are short. */
    private void flush(Scratch head, ByteBuf bytes) {
        int length = bytes.readableBytes();
        int headSize = head == null ? 0 : head.size();
        if (headSize == 0) {
            if (length == 0) {
                bytes.release();
            } else {
                channel.writeAndFlush(compact(bytes), channel.voidPromise());
            }
            return;
        }
        boolean copy = length <= COPY;
        ByteBuf out = channel.alloc().directBuffer(copy ? headSize + length : headSize);
        head.copyTo(out);
        if (copy) {
            out.writeBytes(bytes);
            bytes.release();
        } else {
            channel.write(out, channel.voidPromise());
            out = bytes;
        }
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** A small slice would keep the whole buffer that it was read into. */
    private ByteBuf compact(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length > COPY) {
            return bytes;
        }
        ByteBuf copy = channel.alloc().directBuffer(length).writeBytes(bytes);
        bytes.release();
        return copy;
    }

    private void chunk(Scratch head, ByteBuf bytes, boolean end) {
        int length = bytes.readableBytes();
        bodyBytes += length;
        Scratch scratch = head;
        if (scratch == null) {
            scratch = context.scratch();
            scratch.clear();
        }
        if (length > 0) {
            scratch.putLatin1(Integer.toHexString(length));
            scratch.put(LINE_END);
        }
        boolean copy = length <= COPY;
        ByteBuf out = channel.alloc().directBuffer(scratch.size() + (copy ? length : 0) + HEAD_ROOM);
        scratch.copyTo(out);
        if (copy) {
            out.writeBytes(bytes);
            bytes.release();
        } else {
            channel.write(out, channel.voidPromise());
            channel.write(bytes, channel.voidPromise());
            out = channel.alloc().directBuffer(HEAD_ROOM);
        }
        if (length > 0) {
            out.writeBytes(LINE_END);
        }
        if (end) {
            out.writeBytes(LAST_CHUNK).writeBytes(LINE_END);
        }
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Ends a chunked body with trailers; they are dropped elsewhere. False if the connection must be cut. */
    boolean trailers(ResponseHead trailers, boolean mayKeep) {
        if (!headWritten) {
            body(Unpooled.EMPTY_BUFFER, false, mayKeep);
        }
        if (framing != Framing.CHUNKED) {
            return framing != Framing.LENGTH || remaining == 0;
        }
        Scratch scratch = context.scratch();
        scratch.clear();
        scratch.put(LAST_CHUNK);
        for (int i = 0; i < trailers.count(); i++) {
            trailers.write(i, scratch);
        }
        scratch.put(LINE_END);
        flush(scratch, Unpooled.EMPTY_BUFFER);
        return true;
    }

    /**
     * Sends a file as the body of the held head.
     *
     * @return false if the file is shorter than the head says
     * @throws IOException if it cannot be read; nothing was written then
     */
    boolean file(String path, boolean mayKeep) throws IOException {
        keep = mayKeep;
        FileChannel file = FileChannel.open(Path.of(path));
        long size;
        try {
            size = file.size();
        } catch (IOException e) {
            file.close();
            throw e;
        }
        Scratch scratch = writeHead(size);
        long count = framing == Framing.LENGTH ? Math.min(size, remaining) : size;
        if (framing == Framing.NONE || count == 0) {
            file.close();
            flush(scratch, Unpooled.EMPTY_BUFFER);
            return framing == Framing.NONE || remaining == 0;
        }
        remaining -= count;
        bodyBytes += count;
        ByteBuf head = channel.alloc().directBuffer(scratch.size());
        scratch.copyTo(head);
        channel.write(head, channel.voidPromise());
        sending = FileSend.begin(channel, file, count);
        return framing != Framing.LENGTH || remaining == 0;
    }

    /**
     * Writes what is there, for a body that somebody else writes to the socket.
     *
     * @return done when that has been taken by the socket; null if the body has to be framed here
     */
    ChannelFuture makeRoom(boolean mayKeep) {
        if (!headWritten) {
            body(Unpooled.EMPTY_BUFFER, false, mayKeep);
        }
        return framing == Framing.LENGTH && remaining > 0 ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : null;
    }

    /**
     * Somebody else has written so many bytes of the body.
     *
     * @return false if that is not the body that the head says, and the connection must be cut
     */
    boolean sent(long bytes, boolean end) {
        remaining -= bytes;
        bodyBytes += bytes;
        return remaining >= 0 && (!end || remaining == 0);
    }

    /** Bytes that the client's socket has not taken yet. */
    long pending() {
        ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
        return (buffer == null ? 0 : buffer.totalPendingWriteBytes()) + (sending == null ? 0 : sending.pending());
    }

    void inform(ResponseHead head) {
        if (request.minorVersion() == 0 || headWritten) {
            return;
        }
        Scratch scratch = context.scratch();
        scratch.clear();
        context.headWriter().writeInform(scratch, head);
        flush(scratch, Unpooled.EMPTY_BUFFER);
    }

    /** 101 is written elsewhere. */
    void switching() {
        status = SWITCHING;
    }

    void continueBody() {
        channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
    }

    /** An answer of the server's own. */
    void error(int errorStatus) {
        byte[] page = context.errorPages().body(errorStatus);
        head(context.errorPages().head(errorStatus));
        body(Unpooled.wrappedBuffer(page), true, false);
    }
}
