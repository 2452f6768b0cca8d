package corral.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Turns a command line into the file that corrald runs: {@code Translate --out=FILE serve|gunicorn|uvicorn ARGUMENTS…}. When it
 * exits with 0 and FILE is there, the launcher goes on with {@code corrald -c FILE}; otherwise everything was said on the
 * terminal and the status is the command's.
 *
 * <p>{@code --again=colours} or {@code --again=plain} before it: FILE is in use, and is replaced by what the same command
 * line means now. The daemon asks for that at a SIGHUP by the command that FILE names; a failure leaves FILE as it is.
 */
public final class Translate {
    private static final String OUT = "--out=";
    private static final String AGAIN = "--again=";
    private static final String COLOURS = "colours";
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final Surroundings around;
    private final boolean triesAddresses;

    /**
     * A translator.
     *
     * @param triesAddresses whether an address that is in use ends the command; tests run beside servers
     */
    Translate(Surroundings around, boolean triesAddresses) {
        this.around = around;
        this.triesAddresses = triesAddresses;
    }

    /** Runs and exits with the command's status. */
    public static void main(String[] arguments) {
        boolean again = arguments.length > 0 && arguments[0].startsWith(AGAIN);
        Surroundings own =
                again ? Surroundings.own().typedEarlier(arguments[0].equals(AGAIN + COLOURS)) : Surroundings.own();
        List<String> words = List.of(arguments).subList(again ? 1 : 0, arguments.length);
        // Its own server is at the addresses now.
        int status = new Translate(own, !again).run(words);
        own.out().flush();
        own.err().flush();
        Runtime.getRuntime().halt(status);
    }

    /**
     * Translates.
     *
     * @return exit status: 0, 1 for what cannot be done, 2 for a wrong command line, or what a way in has of its own
     */
    int run(List<String> arguments) {
        if (arguments.size() < 2 || !arguments.get(0).startsWith(OUT)) {
            around.err().println("usage: Translate --out=FILE serve|gunicorn|uvicorn ARGUMENTS...");
            return USAGE;
        }
        GeneratedFile file = new GeneratedFile(
                Path.of(arguments.get(0).substring(OUT.length())).toAbsolutePath());
        List<String> rest = arguments.subList(2, arguments.size());
        try {
            file.makeFolder();
            Optional<Draft> draft = translate(arguments.get(1), rest, file);
            if (draft.isPresent()) {
                if (triesAddresses) {
                    tryAddresses(arguments.get(1), draft.get());
                }
                file.write(draft.get(), around, arguments.subList(1, arguments.size()));
            }
            return 0;
        } catch (RefusedException e) {
            if (!e.getMessage().isEmpty()) {
                around.err().println(e.getMessage());
            }
            return e.status();
        } catch (IOException e) {
            around.note("the generated configuration " + file.path() + " cannot be written: " + e);
            return FAILED;
        }
    }

    private void tryAddresses(String way, Draft draft) throws RefusedException {
        switch (way) {
            case "gunicorn" -> BindCheck.PATIENT.check(draft, BindWords.gunicorn(around));
            case "uvicorn" -> BindCheck.ONCE.check(draft, BindWords.uvicorn());
            default -> BindCheck.ONCE.check(draft, BindWords.serve());
        }
    }

    private Optional<Draft> translate(String way, List<String> arguments, GeneratedFile file)
            throws RefusedException, IOException {
        return switch (way) {
            case "serve" -> new Serve(around).translate(arguments);
            case "gunicorn" -> new Gunicorn(around, file.folder()).translate(arguments);
            case "uvicorn" -> new Uvicorn(around).translate(arguments);
            default ->
                throw new RefusedException(USAGE, "corral: no command '" + way + "': serve, gunicorn or uvicorn");
        };
    }
}
