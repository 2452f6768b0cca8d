package corral.ctl.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import corral.ctl.daemon.ProcessInfo;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines, tables, columns, colours. */
class OutputTest {

    @Test
    void textIsUtf8WhateverTheLocale() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Output(bytes, false).line("zoë \uD83D\uDC34");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("zoë \uD83D\uDC34\n");
    }

    @Test
    void aReaderThatLeftIsNoticed() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThatThrownBy(() -> new Output(closed, false).line("x")).isInstanceOf(OutputClosedException.class);
    }

    @Test
    void onlyTheStateIsColouredAndTheColumnsStay() {
        List<ProcessInfo> one = List.of(new ProcessInfo("x", "x", 20, "RUNNING", "pid 1", 1));
        assertThat(StatusTable.of(one, true)).isEqualTo("x" + " ".repeat(32) + "\u001b[32mRUNNING   \u001b[0mpid 1\n");
        assertThat(StatusTable.of(one, true).replaceAll("\u001b\\[\\d+m", "")).isEqualTo(StatusTable.of(one, false));
    }

    @Test
    void coloursNeedATerminalThatKnowsThem() {
        assertThat(Tty.allowsColours(Map.of("TERM", "xterm"))).isTrue();
        assertThat(Tty.allowsColours(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
        assertThat(Tty.allowsColours(Map.of("TERM", "dumb"))).isFalse();
        assertThat(Tty.allowsColours(Map.of())).isFalse();
    }

    @Test
    void columnsFillDownwardsInAsFewRowsAsFit() {
        assertThat(Columns.of(List.of("a", "bb", "c", "d"), 79)).isEqualTo("a  bb  c  d\n");
        assertThat(Columns.of(List.of("a", "bb", "c", "d"), 6)).isEqualTo("a   c\nbb  d\n");
        assertThat(Columns.of(List.of("aaaa", "b"), 2)).isEqualTo("aaaa\nb   \n");
        assertThat(Columns.of(List.of(), 79)).isEmpty();
    }

    @Test
    void aFaultIsQuotedAsPythonDoes() {
        assertThat(ErrorLine.fault(new RpcFault(Fault.BAD_NAME, "it's"))).isEqualTo("<Fault 10: \"BAD_NAME: it's\">");
    }
}
