package corral.server.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import corral.server.options.WebSocketOptions;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How WebSockets end from the server's side, what time does, and who waits for whom. */
class WebSocketEndTest {
    @Test
    void appClosesAndTheClientAnswers() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.appSends("last");
            duplex.session.onAppClosed(3001, "bye");
            assertThat(duplex.got()).containsExactly("81:last", "88:3001 bye");
            assertThat(duplex.channel.isOpen()).isTrue();
            duplex.sends(Wire.text("too late"), Wire.frame(0x89, "p"), Wire.close(3001, ""));
            assertThat(duplex.got()).isEmpty();
            assertThat(duplex.channel.isOpen()).isFalse();
            assertThat(duplex.stream.told).isEmpty();
        }
    }

    @Test
    void clientThatDoesNotAnswerACloseIsCutAfterFiveSeconds() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppClosed(1000, "");
            assertThat(duplex.got()).containsExactly("88:1000");
            duplex.pass(4900);
            assertThat(duplex.channel.isOpen()).isTrue();
            duplex.pass(200);
            assertThat(duplex.channel.isOpen()).isFalse();
        }
    }

    @Test
    void closeCodesThatCannotBeSentAreReplaced() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppClosed(1005, "ignored");
            assertThat(duplex.got()).containsExactly("88:");
        }
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppClosed(1006, "x");
            assertThat(duplex.got()).containsExactly("88:1011 x");
        }
    }

    @Test
    void failureOfTheAppIs1011() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppFailed();
            assertThat(duplex.got()).containsExactly("88:1011");
        }
    }

    @Test
    void goingAwayIs1012ToTheAppThatMayAnswerAndThenToTheClient() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.sends(Wire.text("question"));
            duplex.session.goAway(1000);
            duplex.session.goAway(1000);
            assertThat(duplex.stream.told).containsExactly("text:question", "leave:1012");
            duplex.sends(Wire.text("too late"), Wire.frame(0x89, "p"));
            duplex.appSends("answer");
            assertThat(duplex.got()).containsExactly("8a:p", "81:answer");
            assertThat(duplex.stream.given).isEqualTo(6 + 32);
            duplex.session.onAppClosed(1012, "");
            assertThat(duplex.got()).containsExactly("88:1012");
            duplex.sends(Wire.close(1000, ""));
            assertThat(duplex.channel.isOpen()).isFalse();
            duplex.pass(1000);
            assertThat(duplex.stream.told).hasSize(2);
        }
    }

    @Test
    void appThatDoesNotEndInTimeIsNotWaitedFor() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.goAway(1000);
            duplex.pass(999);
            assertThat(duplex.got()).isEmpty();
            duplex.pass(1);
            assertThat(duplex.got()).containsExactly("88:1012");
            assertThat(duplex.stream.told).containsExactly("leave:1012", "end:1012:");
        }
    }

    @Test
    void clientThatClosesOrIsGoneMeanwhileEndsTheStreamAtOnce() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.goAway(1000);
            duplex.sends(Wire.close(1000, ""));
            assertThat(duplex.got()).containsExactly("88:1000");
            assertThat(duplex.stream.told).containsExactly("leave:1012", "end:1000:");
        }
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.goAway(1000);
            duplex.channel.close();
            assertThat(duplex.stream.told).containsExactly("leave:1012", "end:1006:");
            duplex.pass(1000);
            assertThat(duplex.stream.told).hasSize(2);
        }
    }

    @Test
    void goingAwayAfterTheEndChangesNothing() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.onAppClosed(3000, "");
            duplex.session.goAway(1000);
            duplex.pass(1000);
            assertThat(duplex.got()).containsExactly("88:3000");
            assertThat(duplex.stream.told).isEmpty();
        }
    }

    @Test
    void pingsAreSentAndAnAnswerKeepsItAlive() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.pass(19_000);
            assertThat(duplex.got()).isEmpty();
            for (int i = 1; i <= 3; i++) {
                duplex.pass(20_000);
                assertThat(duplex.got()).containsExactly("89:\0\0\0" + (char) i);
                duplex.sends(Wire.frame(0x8A, ByteBuffer.allocate(4).putInt(i).array()));
            }
            assertThat(duplex.channel.isOpen()).isTrue();
        }
    }

    @Test
    void silenceAfterAPingIs1011() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.pass(20_000);
            assertThat(duplex.got()).hasSize(1);
            duplex.pass(20_000);
            assertThat(duplex.got()).containsExactly("88:1011 keepalive ping timeout");
            assertThat(duplex.stream.told).containsExactly("end:1011:keepalive ping timeout");
        }
    }

    @Test
    void otherPongsAreNoAnswerAndBytesOnlyDelayTheEnd() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.pass(20_000);
            duplex.sends(Wire.frame(0x8A, "else"));
            duplex.pass(20_000);
            assertThat(duplex.got()).hasSize(1);
            duplex.pass(20_000);
            assertThat(duplex.got().get(0)).startsWith("88:1011");
        }
    }

    @Test
    void lagOfTheAppIsNotSilenceOfTheClient() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 1, 1000, 1000, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.text("waits"));
            duplex.pass(1000);
            assertThat(duplex.got()).hasSize(1);
            duplex.pass(10_000);
            assertThat(duplex.got()).isEmpty();
            assertThat(duplex.channel.isOpen()).isTrue();
        }
    }

    @Test
    void withoutTimeoutPingsGoOnUnanswered() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 32, 1000, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            for (int i = 1; i <= 5; i++) {
                duplex.pass(1000);
                assertThat(duplex.got()).hasSize(1);
            }
        }
    }

    @Test
    void messagesWaitForCreditAndReadingStopsWhenTheQueueIsFull() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 2, 0, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 1;
            duplex.sends(
                    Wire.join(Wire.text("a"), Wire.text("b"), Wire.text("c"), Wire.text("d"), Wire.close(1000, "")));
            assertThat(duplex.stream.told).containsExactly("text:a");
            assertThat(duplex.channel.config().isAutoRead()).isFalse();
            assertThat(duplex.got()).isEmpty();
            duplex.stream.credit = 1;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "text:b");
            duplex.stream.credit = 1000;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "text:b", "text:c", "text:d", "end:1000:");
            assertThat(duplex.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void queueIsFullByBytesToo() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.frame(0x82, new byte[70_000]));
            assertThat(duplex.channel.config().isAutoRead()).isFalse();
        }
    }

    @Test
    void waitingMessagesAreStillDeliveredWhenTheClientIsGone() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.text("a"));
            duplex.channel.close();
            assertThat(duplex.stream.told).isEmpty();
            duplex.appSends("into the void");
            assertThat(duplex.stream.given).isEqualTo(13 + 32);
            duplex.stream.credit = 100;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "end:1006:");
        }
    }

    @Test
    void unreadMessagesAreStillDeliveredWhenTheClientIsGone() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 1, 0, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.join(Wire.text("a"), Wire.text("b")), Wire.text("c"), Wire.text("d"));
            duplex.sends(Wire.join(Wire.text("e"), Wire.close(3000, "")));
            duplex.channel.close();
            assertThat(duplex.stream.told).isEmpty();
            duplex.stream.credit = 40;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "text:b");
            duplex.stream.credit = 1000;
            duplex.session.onCredit();
            assertThat(duplex.stream.told)
                    .containsExactly("text:a", "text:b", "text:c", "text:d", "text:e", "end:3000:");
        }
    }

    @Test
    void unreadMessagesAreFreedWhenTheAppEndsFirst() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 1, 0, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.join(Wire.text("a"), Wire.text("b")), Wire.text("c"));
            duplex.channel.close();
            duplex.session.onAppFailed();
            assertThat(duplex.stream.told).isEmpty();
        }
    }

    @Test
    void goingAwayDoesNotWaitLongForAnAppThatLags() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 1, 0, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.join(Wire.text("a"), Wire.text("b"), Wire.close(1000, "")));
            duplex.session.goAway(1000);
            duplex.pass(1000);
            assertThat(duplex.got()).containsExactly("88:1012");
            assertThat(duplex.channel.isOpen()).isFalse();
            duplex.stream.credit = 100;
            duplex.session.onCredit();
            assertThat(duplex.stream.told).containsExactly("text:a", "end:1012:");
        }
    }

    @Test
    void appThatEndsFreesWhatWaitsAndReadsTheClientsClose() {
        WebSocketOptions options = new WebSocketOptions(true, 1000, 1, 0, 0, false);
        try (Duplex duplex = new Duplex(options, null).accepted()) {
            duplex.stream.credit = 0;
            duplex.sends(Wire.join(Wire.text("a"), Wire.text("b"), Wire.close(1001, "")));
            assertThat(duplex.channel.config().isAutoRead()).isFalse();
            duplex.session.onAppClosed(1000, "");
            assertThat(duplex.got()).containsExactly("88:1000");
            assertThat(duplex.channel.isOpen()).isFalse();
            assertThat(duplex.stream.told).isEmpty();
        }
    }

    @Test
    void creditComesBackOnlyAsTheClientTakes() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.appSends("x".repeat(68));
            assertThat(duplex.stream.given).isEqualTo(100);
            duplex.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            duplex.appSends("x".repeat(968));
            assertThat(duplex.stream.given).isEqualTo(100);
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
            duplex.channel.runPendingTasks();
            assertThat(duplex.stream.given).isEqualTo(1100);
        }
    }

    @Test
    void appThatWaitsInSendIsLetGoOnWhenTheClientIsGone() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            duplex.stream.credit = 0;
            duplex.sends(Wire.text("unreceived"));
            duplex.appSends("x".repeat(968));
            assertThat(duplex.stream.given).isZero();
            duplex.channel.close();
            assertThat(duplex.stream.given).isEqualTo(1000);
            duplex.appSends("x".repeat(68));
            assertThat(duplex.stream.given).isEqualTo(1100);
        }
    }

    @Test
    void clientThatTakesNothingIsCut() {
        try (Duplex duplex = new Duplex(new WebSocketOptions(true, 1000, 1, 0, 0, false), null).accepted()) {
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            duplex.channel.runPendingTasks();
            duplex.pass(59_000);
            assertThat(duplex.channel.isOpen()).isTrue();
            duplex.pass(2000);
            assertThat(duplex.channel.isOpen()).isFalse();
            assertThat(duplex.stream.told).containsExactly("end:1006:");
        }
    }

    @Test
    void pingsOfAClientThatTakesNothingAreAnsweredOnceItDoes() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            duplex.sends(Wire.frame(0x89, "1"), Wire.frame(0x89, "2"));
            assertThat(duplex.got()).isEmpty();
            duplex.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
            duplex.channel.runPendingTasks();
            assertThat(duplex.got()).containsExactly("8a:2");
        }
    }

    @Test
    void bytesAfterTheEndAreDropped() {
        try (Duplex duplex = new Duplex().accepted()) {
            duplex.session.channelRead(null, Unpooled.copiedBuffer(Wire.close(1000, "")));
            duplex.session.channelRead(null, Unpooled.copiedBuffer(Wire.text("x")));
            assertThat(duplex.stream.told).containsExactly("end:1000:");
        }
    }
}
