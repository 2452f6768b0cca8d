package corral.daemon.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.config.ServerRole;
import corral.daemon.fake.Programs;
import corral.daemon.os.DescriptorLink;
import corral.daemon.os.Descriptors;
import corral.daemon.os.Native;
import corral.daemon.os.NativeBuffer;
import corral.daemon.os.OsException;
import corral.daemon.process.LogPaths;
import corral.daemon.process.Spawner;
import corral.daemon.spawn.Template.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of a template and what its answers mean; the test is the template. */
class TemplateTest {
    private final Native os = Native.load();
    private final Descriptors files = new Descriptors(os);
    private final NativeBuffer buffer = files.buffer(4096);
    private final DescriptorLink.Pair pair = pair();
    private final int theirs = duplicate();
    private final Template template = new Template("template", 1, pair.take());
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private boolean ended;

    private DescriptorLink.Pair pair() {
        try {
            return DescriptorLink.pair(os, 1);
        } catch (OsException e) {
            throw new AssertionError(e);
        }
    }

    private int duplicate() {
        try {
            return files.duplicate(pair.theirs());
        } catch (OsException e) {
            throw new AssertionError(e);
        } finally {
            files.close(pair.theirs());
        }
    }

    @AfterEach
    void end() {
        template.release();
        end(theirs);
    }

    private void end(int fd) {
        if (!ended) {
            ended = true;
            files.close(fd);
        }
    }

    private void says(String text) throws OsException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.put(bytes, 0, bytes.length);
        assertThat(files.write(theirs, buffer, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private String hears() throws OsException {
        long count = files.read(theirs, buffer);
        return new String(buffer.bytes((int) count), StandardCharsets.UTF_8);
    }

    private Answer answer() throws InterruptedException {
        Answer answer = answers.poll(10, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        return answer;
    }

    private static Spawner.Request request(int launch) {
        return new Spawner.Request(
                "web",
                Programs.program("worker-0")
                        .role(new ServerRole.Worker(0, 1, false, true))
                        .build(),
                new LogPaths("", ""),
                launch);
    }

    private void order(int launch) {
        template.fork(
                new Template.Order(
                        request(launch), List.of("--a=1", "--b"), List.of("K=V"), new ChildStdio.Ends(0, 1, 2)),
                answers::add);
    }

    @Test
    void anOrderHasArgumentsAndEnvironmentAndIsAnsweredWithAPid() throws Exception {
        says("R");
        order(1);
        assertThat(hears()).isEqualTo("\u0010\0\0\0" + "2\0--a=1\0--b\0K=V\0");
        says("pid 4");
        says("711\n");
        assertThat(answer()).isEqualTo(new Answer.Forked(4711));
        assertThat(template.isReady()).isTrue();
        assertThat(template.isGone()).isFalse();
    }

    @Test
    void orphansAndErrorsAreNoWorkers() throws Exception {
        says("R");
        order(1);
        order(2);
        hears();
        says("orphan\n");
        assertThat(answer()).isEqualTo(new Answer.Orphan());
        hears();
        says("error cannot fork: no memory\n");
        assertThat(answer()).isEqualTo(new Answer.Failed("cannot fork: no memory"));
    }

    @Test
    void ordersWaitForTheApplicationUnlessTheyAreCancelled() throws Exception {
        order(1);
        order(2);
        assertThat(answers).isEmpty();
        template.cancel(request(1));
        assertThat(answer()).isEqualTo(new Answer.Failed("stopped"));
        says("R");
        hears();
        says("pid 7\n");
        assertThat(answer()).isEqualTo(new Answer.Forked(7));
        assertThat(answers).isEmpty();
    }

    @Test
    void aTemplateThatEndsOrHangsIsGone() throws Exception {
        order(1);
        end(theirs);
        assertThat(answer()).isEqualTo(new Answer.Gone());
        assertThat(template.isGone()).isTrue();
        order(2);
        assertThat(answer()).isEqualTo(new Answer.Gone());
    }

    @Test
    void aTemplateThatDoesNotAnswerIsLeft() throws Exception {
        says("R");
        order(1);
        assertThat(answer()).isEqualTo(new Answer.Gone());
        assertThat(template.isGone()).isTrue();
    }
}
