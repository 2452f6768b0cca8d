package corral.it.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * A table of cases from a test resource server/NAME.cases. Lines:
 *
 * %server KIND APP [OPTION...]   a server that all cases of this table are run against
 * @ NAME                         begins a case
 * > TEXT                         sends a line and CRLF; >> TEXT sends bytes alone (Text)
 * .await N  .pause MS  .end      other steps of the client
 * = EXPECTATION                  (Expectation) of every server; =KIND of that one
 * ! KIND[,KIND] REASON           why these peers are not the same
 * ? KIND[,KIND] REASON           why these peers are the same only at times
 * # remark
 */
record CaseTable(String name, List<ServerSpec> servers, List<HttpCase> cases) {

    static CaseTable read(String name) {
        try (InputStream in = CaseTable.class.getResourceAsStream("/server/" + name + ".cases")) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource server/" + name + ".cases");
            }
            return new Reader(name).read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is read so far. */
    private static final class Reader {
        private final String table;
        private final List<ServerSpec> servers = new ArrayList<>();
        private final List<HttpCase> cases = new ArrayList<>();
        private String name;
        private List<HttpCase.Step> steps = new ArrayList<>();
        private Map<String, Expectation> expectations = new LinkedHashMap<>();
        private Map<ServerKind, String> differences = new LinkedHashMap<>();

        Reader(String table) {
            this.table = table;
        }

        CaseTable read(String text) {
            int number = 0;
            for (String line : text.split("\n", -1)) {
                number++;
                try {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        line(line);
                    }
                } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                    throw new IllegalArgumentException(table + ".cases:" + number + ": " + line, e);
                }
            }
            finish();
            return new CaseTable(table, List.copyOf(servers), List.copyOf(cases));
        }

        private void line(String line) {
            String rest = line.substring(line.indexOf(' ') < 0 ? line.length() : line.indexOf(' ') + 1);
            String word = line.split(" ", 2)[0];
            switch (word) {
                case "%server" -> server(rest.split(" "));
                case "@" -> {
                    finish();
                    name = rest;
                }
                case ">" -> steps.add(new HttpCase.Step.Send(Text.unescape(rest) + "\r\n"));
                case ">>" -> steps.add(new HttpCase.Step.Send(Text.unescape(rest)));
                case ".await" -> steps.add(new HttpCase.Step.Await(Integer.parseInt(rest)));
                case ".pause" -> steps.add(new HttpCase.Step.Pause(Integer.parseInt(rest)));
                case ".end" -> steps.add(new HttpCase.Step.HalfClose());
                case "!" -> difference("", rest.split(" ", 2));
                case "?" -> difference(HttpCase.AT_TIMES, rest.split(" ", 2));
                default -> {
                    if (!word.startsWith("=")) {
                        throw new IllegalArgumentException("unknown " + word);
                    }
                    expectations.put(word.substring(1), Expectation.parse(rest));
                }
            }
        }

        private void server(String[] words) {
            ServerKind kind = ServerKind.of(words[0]);
            servers.add(ServerSpec.of(kind, words[1])
                    .with(List.of(words).subList(2, words.length).toArray(new String[0])));
        }

        private void difference(String prefix, String[] words) {
            for (String kind : words[0].split(",", -1)) {
                differences.put(ServerKind.of(kind), prefix + words[1]);
            }
        }

        private void finish() {
            if (name == null) {
                return;
            }
            cases.add(new HttpCase(name, joined(), expectations, differences));
            steps = new ArrayList<>();
            expectations = new LinkedHashMap<>();
            differences = new LinkedHashMap<>();
            name = null;
        }

        /** Neighbouring sends become one, so that a request arrives in one piece unless the case says otherwise. */
        private List<HttpCase.Step> joined() {
            List<HttpCase.Step> result = new ArrayList<>();
            StringBuilder bytes = new StringBuilder();
            for (HttpCase.Step step : steps) {
                if (step instanceof HttpCase.Step.Send send) {
                    bytes.append(send.bytes());
                    continue;
                }
                flush(bytes, result);
                result.add(step);
            }
            flush(bytes, result);
            return List.copyOf(result);
        }

        private static void flush(StringBuilder bytes, List<HttpCase.Step> to) {
            if (!bytes.isEmpty()) {
                to.add(new HttpCase.Step.Send(bytes.toString()));
                bytes.setLength(0);
            }
        }
    }
}
