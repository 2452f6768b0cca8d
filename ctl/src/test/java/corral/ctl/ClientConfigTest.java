package corral.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientConfigTest {
    @TempDir
    private Path folder;

    @Test
    void anEmptySectionIsTheDefaults() throws Exception {
        assertThat(read("[supervisorctl]\n")).isEqualTo(ClientConfig.DEFAULT);
    }

    @Test
    void everyKeyIsRead() throws Exception {
        assertThat(read("""
                        [supervisorctl]
                        serverurl = http://h:1 ; comment
                        username = u%(ENV_X)s
                        password = 100%%
                        prompt = p
                        history_file = %(here)s/h
                        """))
                .isEqualTo(new ClientConfig(
                        "http://h:1", Optional.of("ux"), Optional.of("100%"), "p", Optional.of(folder.resolve("h"))));
    }

    @Test
    void aUnixPathIsMadeAbsolute() throws Exception {
        assertThat(read("[supervisorctl]\nserverurl=unix://%(here)s/../s.sock\n")
                        .serverUrl())
                .isEqualTo("unix://" + folder.getParent() + "/s.sock");
        assertThat(read("[supervisorctl]\nserverurl=unix://~/s.sock\n").serverUrl())
                .isEqualTo("unix:///home/me/s.sock");
    }

    @Test
    void anEmptyHistoryFileIsNone() throws Exception {
        assertThat(read("[supervisorctl]\nhistory_file=\n").historyFile()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> ClientConfig.read(folder.resolve("none"), Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("could not find config file ");
        assertThatThrownBy(() -> read("[other]\n")).hasMessage(".ini file does not include supervisorctl section");
        assertThatThrownBy(() -> read("[supervisorctl]\nprompt=%(here)s\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'supervisorctl.prompt'")
                .hasMessageContaining("Available names: ENV_HOME, ENV_X");
    }

    @Test
    void corralsOwnFileIsFoundBeforeSupervisors() throws Exception {
        Path etc = Files.createDirectories(folder.resolve("etc"));
        Path theirs = Files.writeString(etc.resolve("supervisord.conf"), "");
        assertThat(ClientConfig.find(folder)).contains(theirs);
        Path ours = Files.writeString(etc.resolve("corral.conf"), "");
        assertThat(ClientConfig.find(folder)).contains(ours);
    }

    private ClientConfig read(String text) throws UsageException, IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), text);
        return ClientConfig.read(file, Map.of("X", "x", "HOME", "/home/me"));
    }
}
