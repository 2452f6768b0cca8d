package corral.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tells when files were changed or replaced. Blocks on files; one thread. */
final class WatchedFiles {
    private final List<String> files;
    private List<Map<String, Object>> settled;
    private List<Map<String, Object>> last;

    WatchedFiles(List<String> files) {
        this.files = List.copyOf(files);
        settled = look();
        last = settled;
    }

    /**
     * Whether the files differ from what they were when this was last true. Says so only when they stood still between two calls: a
     * certificate and its key are not written in one moment.
     */
    boolean changed() {
        List<Map<String, Object>> now = look();
        boolean still = now.equals(last);
        last = now;
        if (!still || now.equals(settled)) {
            return false;
        }
        settled = now;
        return true;
    }

    /** Takes the files as they are now as known. */
    void settle() {
        settled = look();
        last = settled;
    }

    private List<Map<String, Object>> look() {
        List<Map<String, Object>> stamps = new ArrayList<>();
        for (String file : files) {
            stamps.add(stamp(file));
        }
        return stamps;
    }

    private static Map<String, Object> stamp(String file) {
        try {
            // The change time moves with contents, names and links, even where the modification time is set back.
            return Files.readAttributes(Path.of(file), "unix:ino,size,lastModifiedTime,ctime");
        } catch (IOException | InvalidPathException e) {
            return Map.of();
        }
    }
}
