package corral.daemon.logging;

import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Consumer;

/**
 * Where a line goes. Writer thread only.
 *
 * @param file null for none
 * @param syslog null for none
 * @param console null for none
 */
record LogSinks(PatientWriter file, Consumer<String> syslog, PrintStream console) {

    void write(String line) {
        if (console != null) {
            console.print(line);
        }
        if (syslog != null) {
            syslog.accept(line.stripTrailing());
        }
        if (file != null) {
            file.write(line);
        }
    }

    /** Tries again what could not be written. */
    void retry() {
        if (file != null) {
            file.retry();
        }
    }

    /** Whether something could not be written yet. */
    boolean isWaiting() {
        return file != null && file.isWaiting();
    }

    void flush() {
        if (console != null) {
            console.flush();
        }
    }

    void reopen() {
        if (file != null) {
            attempt(file.file()::reopen);
        }
    }

    void clear() {
        if (file != null) {
            attempt(file.file()::clear);
        }
    }

    void close() {
        flush();
        if (file != null) {
            attempt(file.file()::close);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** The log cannot log its own trouble; the console, if there is one, can. */
    private void attempt(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            if (console != null) {
                console.println("activity log: " + e.getMessage());
            }
        }
    }
}
