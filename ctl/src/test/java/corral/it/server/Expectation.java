package corral.it.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an observer of a connection must see, as a pattern. Blank-separated words; a status begins a response:
 *
 * <pre>
 * 200 "body" ~"part of the body" length | length=5 | chunked | unframed | bodiless
 *     name=value name="a value" (the only header of that name) -name (absent) raw="part of the head"
 * open | closed | cut (in the midst of a response) | over (closed or cut)
 * ||  another possibility
 * </pre>
 */
record Expectation(List<Possibility> possibilities, String text) {
    /** One way it may be. */
    record Possibility(List<List<String>> responses, String end) {}

    static Expectation parse(String text) {
        List<Possibility> possibilities = new ArrayList<>();
        List<List<String>> responses = new ArrayList<>();
        for (String word : words(text + " ||")) {
            if (word.equals("||")) {
                List<String> last = responses.isEmpty() ? List.of() : responses.get(responses.size() - 1);
                List<String> lonely = responses.isEmpty() ? List.of() : last;
                String end = lonely.isEmpty() ? "" : lonely.get(lonely.size() - 1);
                possibilities.add(possibility(responses, end));
                responses = new ArrayList<>();
            } else if (Character.isDigit(word.charAt(0)) || responses.isEmpty()) {
                responses.add(new ArrayList<>(List.of(word)));
            } else {
                responses.get(responses.size() - 1).add(word);
            }
        }
        return new Expectation(possibilities, text);
    }

    private static Possibility possibility(List<List<String>> responses, String end) {
        if (!List.of("open", "closed", "cut", "over").contains(end)) {
            throw new IllegalArgumentException("no open, closed, cut or over at the end of " + responses);
        }
        List<List<String>> rest = new ArrayList<>(responses);
        List<String> last = new ArrayList<>(rest.remove(rest.size() - 1));
        last.remove(last.size() - 1);
        if (!last.isEmpty()) {
            rest.add(last);
        }
        return new Possibility(rest, end);
    }

    /** How many responses to wait for: as many as the first possibility has complete ones. */
    int count() {
        Possibility first = possibilities.get(0);
        return first.responses.size() - (first.end.equals("cut") && !first.responses.isEmpty() ? 1 : 0);
    }

    /** Whether one of the possibilities leaves the connection usable. */
    boolean mayBeOpen() {
        return possibilities.stream().anyMatch(possibility -> possibility.end.equals("open"));
    }

    /** Whether the connection must still be usable afterwards, by the first possibility. */
    boolean open() {
        return possibilities.get(0).end.equals("open");
    }

    /**
     * Whether it is so.
     *
     * @param strict a reset is not as good as an orderly end
     */
    boolean matches(Observed observed, boolean strict) {
        return possibilities.stream().anyMatch(possibility -> matches(possibility, observed, strict));
    }

    private static boolean matches(Possibility possibility, Observed observed, boolean strict) {
        List<Response> responses = observed.responses();
        if (responses.size() != possibility.responses.size() || !end(possibility.end, observed, strict)) {
            return false;
        }
        for (int i = 0; i < responses.size(); i++) {
            Response response = responses.get(i);
            if (!possibility.responses.get(i).stream().allMatch(word -> holds(word, response))) {
                return false;
            }
        }
        return true;
    }

    private static boolean end(String end, Observed observed, boolean strict) {
        boolean cut = observed.cut();
        return switch (end) {
            case "open" -> observed.end() == Observed.End.OPEN;
            case "cut" -> cut;
            case "over" -> observed.end() != Observed.End.OPEN && observed.end() != Observed.End.STUCK;
            default ->
                !cut && (observed.end() == Observed.End.CLOSED || (!strict && observed.end() == Observed.End.RESET));
        };
    }

    private static boolean holds(String word, Response response) {
        if (word.startsWith("\"")) {
            return response.body().equals(value(word));
        } else if (word.startsWith("~")) {
            return response.body().contains(value(word.substring(1)));
        } else if (word.startsWith("-")) {
            return response.headers(word.substring(1)).isEmpty();
        } else if (Character.isDigit(word.charAt(0))) {
            return response.status() == Integer.parseInt(word);
        }
        int at = word.indexOf('=');
        String name = at < 0 ? word : word.substring(0, at);
        String value = at < 0 ? "" : value(word.substring(at + 1));
        return switch (name) {
            case "length" ->
                response.framing() == Response.Framing.LENGTH
                        && (at < 0 || value.equals(response.header("content-length")));
            case "chunked", "unframed", "bodiless" ->
                response.framing() == Response.Framing.valueOf(name.toUpperCase(Locale.ROOT));
            case "raw" -> response.head().contains(value);
            default -> {
                if (at < 0) {
                    throw new IllegalArgumentException("what is " + word + "?");
                }
                yield value.equals(response.header(name));
            }
        };
    }

    private static String value(String word) {
        return word.startsWith("\"") ? Text.unescape(word.substring(1, word.length() - 1)) : word;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            }
            if (c == ' ' && !quoted) {
                add(words, word);
            } else {
                word.append(c);
            }
        }
        add(words, word);
        return words;
    }

    private static void add(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
