package corral.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import corral.daemon.process.Refusal;
import corral.daemon.process.RefusedException;
import corral.daemon.rpc.Fault;
import corral.daemon.rpc.RpcFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parts that need no server. */
class SmallPartsTest {
    @Test
    void aNamespecIsTakenApartAtItsFirstColon() {
        assertThat(Namespec.parse("a")).isEqualTo(new Namespec("a", "a", Optional.of("a")));
        assertThat(Namespec.parse("g:a")).isEqualTo(new Namespec("g:a", "g", Optional.of("a")));
        assertThat(Namespec.parse("g:a:b")).isEqualTo(new Namespec("g:a:b", "g", Optional.of("a:b")));
        assertThat(Namespec.parse("g:*").process()).isEmpty();
        assertThat(Namespec.parse("g:").process()).isEmpty();
        assertThat(Namespec.parse("")).isEqualTo(new Namespec("", "", Optional.of("")));
        assertThat(Namespec.parse("*").process()).contains("*");
    }

    @Test
    void datesAreThoseOfHttp() {
        assertThat(HttpDate.of(784_111_777_000L)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.of(0)).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
    }

    @Test
    void aCutCharacterIsLeftOut() {
        for (String character : new String[] {"a", "ä", "€", "\uD83E\uDD84"}) {
            byte[] bytes = ("x" + character).getBytes(StandardCharsets.UTF_8);
            assertThat(Utf8.wholeCharacters(bytes, bytes.length)).isEqualTo(bytes.length);
            for (int length = 1; length < bytes.length; length++) {
                assertThat(Utf8.wholeCharacters(bytes, length)).isEqualTo(1);
            }
        }
    }

    @Test
    void bytesThatAreNoUtf8AreNotHeldBack() {
        byte[] bytes = new byte[8];
        Arrays.fill(bytes, (byte) 0x80);
        assertThat(Utf8.wholeCharacters(bytes, bytes.length)).isEqualTo(bytes.length);
        assertThat(Utf8.wholeCharacters(new byte[0], 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRefusalIsTheFaultOfTheSameName(Refusal refusal) {
        FaultMapping.Answer answer =
                FaultMapping.answer(new CompletionException(new RefusedException(refusal, "detail")));
        assertThat(answer.fault()).isEqualTo(Fault.valueOf(refusal.name()).code());
        assertThat(answer.text()).isEqualTo(refusal.name() + ": detail");
        assertThat(answer.isExpected()).isTrue();
    }

    @Test
    void faultsPassAndTheUnexpectedIsNamed() {
        assertThat(FaultMapping.answer(new RpcFault(Fault.BAD_SIGNAL, "FOO")).text())
                .isEqualTo("BAD_SIGNAL: FOO");
        assertThat(FaultMapping.answer(new RejectedExecutionException()).isExpected())
                .isTrue();
        FaultMapping.Answer unexpected = FaultMapping.answer(new IllegalStateException("why"));
        assertThat(unexpected.isExpected()).isFalse();
        assertThat(unexpected.fault()).isEqualTo(30);
        assertThat(unexpected.text()).isEqualTo("FAILED: java.lang.IllegalStateException: why");
    }
}
