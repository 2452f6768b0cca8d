package corral.daemon.control;

import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Reads and tails log files by bytes (spec/supervisor.md 4.4). Blocks: file threads only. */
final class LogReader {
    private LogReader() {}

    /**
     * Part of a file.
     *
     * @param offset from the start, or if negative from the end
     * @param length 0 for all that follows; must be 0 if the offset is negative
     * @return a String or {@link LogSlice}
     * @throws RpcFault NO_FILE, BAD_ARGUMENTS, FAILED
     */
    static Object read(Path file, long offset, long length) throws RpcFault {
        if (!Files.exists(file)) {
            throw new RpcFault(Fault.NO_FILE, file.toString());
        }
        try (FileChannel channel = open(file)) {
            if (length < 0 || (offset < 0 && length != 0)) {
                throw new RpcFault(Fault.BAD_ARGUMENTS);
            }
            long size = channel.size();
            long from = offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
            long bytes = length == 0 ? size - from : Math.min(length, size - from);
            return new LogSlice(file, from, bytes).textOrSelf(channel);
        } catch (IOException e) {
            throw new RpcFault(Fault.FAILED);
        }
    }

    /**
     * The end of a file.
     *
     * @param offset where the client has read to
     * @param length most bytes it wants
     * @return String or {@link LogSlice}; size of the file; whether the client has missed something
     */
    static List<Object> tail(Path file, long offset, long length) {
        if (!Files.exists(file)) {
            return List.of("", 0, false);
        }
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            boolean overflow = size > offset + length;
            long bytes = overflow || offset < size ? Math.max(0, Math.min(length, size)) : 0;
            return List.of(new LogSlice(file, size - bytes, bytes).textOrSelf(channel), size, overflow);
        } catch (IOException e) {
            return List.of("", offset, false);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            // Opening a FIFO would wait for its writer, and reading it would steal what it carries.
            throw new IOException(file + " is not a regular file");
        }
        return FileChannel.open(file, StandardOpenOption.READ);
    }
}
