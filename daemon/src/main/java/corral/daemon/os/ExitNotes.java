package corral.daemon.os;

import corral.daemon.process.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code exits} in the state directory: how children ended, noted before the kernel forgets it, until it is written
 * down elsewhere. So a daemon that is killed just then leaves it to the next one. Any thread; blocks as a small write does.
 */
public final class ExitNotes {
    private static final Logger log = LoggerFactory.getLogger("corral");
    private static final String NAME = "exits";
    private static final String NEW = "exits.new";
    /** More than could be on their way at once; older ones have long been settled, or nobody wants them. */
    private static final int MOST = 1000;

    /**
     * One exit.
     *
     * @param startTicks when the process was started, 0 if that was not to be seen
     * @param atTicks when it was seen to have ended, as {@link ProcessTable#nowTicks}
     */
    public record Note(int pid, long startTicks, ExitStatus status, long atTicks) {

        private String text() {
            int code = status.signal() == 0 ? status.code() : -status.signal();
            return pid + " " + startTicks + " " + code + " " + (status.coreDumped() ? 1 : 0) + " " + atTicks + "\n";
        }

        /** Empty for anything but a whole line. */
        private static Optional<Note> parse(String line) {
            String[] words = line.split(" ", -1);
            try {
                int code = Integer.parseInt(words[2]);
                ExitStatus status =
                        code >= 0 ? ExitStatus.exited(code) : new ExitStatus(-1, -code, words[3].equals("1"));
                return Optional.of(new Note(
                        Integer.parseInt(words[0]), Long.parseLong(words[1]), status, Long.parseLong(words[4])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                return Optional.empty();
            }
        }
    }

    private final Path directory;
    private final Map<Integer, Note> open = new LinkedHashMap<>();
    private FileChannel file;
    private int lines;
    private boolean complained;

    /** Notes in a state directory, which is made when there is something to note. */
    public ExitNotes(Path stateDirectory) {
        this.directory = stateDirectory;
    }

    /** What an earlier daemon has noted and nobody has settled, the oldest first. */
    public static List<Note> read(Path stateDirectory) {
        List<Note> notes = new ArrayList<>();
        try {
            String text = Files.readString(stateDirectory.resolve(NAME), StandardCharsets.ISO_8859_1);
            // What stands behind the last end of line was not written to its end.
            for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
                Note.parse(line).ifPresent(notes::add);
            }
        } catch (NoSuchFileException e) {
            return notes;
        } catch (IOException e) {
            log.warn("what an earlier corrald has noted of exits cannot be read: {}", e.toString());
        }
        return notes;
    }

    /** What an earlier daemon has noted is written down elsewhere. */
    public synchronized void forgetOld() {
        if (open.isEmpty()) {
            clear();
        }
    }

    /** The exit of a process is written down elsewhere, or nobody wants to know of it. */
    public synchronized void settled(int pid) {
        if (open.remove(pid) != null && open.isEmpty()) {
            clear();
        }
    }

    /** Notes an exit; an error is said in the log, and the exit is then known to this daemon only. */
    synchronized void add(Note note) {
        open.put(note.pid(), note);
        if (open.size() > MOST) {
            open.remove(open.keySet().iterator().next());
        }
        try {
            if (lines >= 2 * MOST) {
                rewrite();
            } else {
                append(note.text());
                lines++;
            }
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                log.warn("exits cannot be noted in {}: {}", directory, e.toString());
            }
        }
    }

    private void append(String text) throws IOException {
        if (file == null) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            file = FileChannel.open(
                    directory.resolve(NAME),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        // One write: a line is there or not.
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private void rewrite() throws IOException {
        StringBuilder text = new StringBuilder();
        open.values().forEach(note -> text.append(note.text()));
        Files.writeString(directory.resolve(NEW), text);
        Files.move(directory.resolve(NEW), directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        close();
        lines = open.size();
    }

    private void clear() {
        try {
            close();
            lines = 0;
            Files.deleteIfExists(directory.resolve(NAME));
        } catch (IOException e) {
            log.warn("old notes of exits stay in {}: {}", directory, e.toString());
        }
    }

    private void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
