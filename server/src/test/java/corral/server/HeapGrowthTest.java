package corral.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapGrowthTest {
    private static final long MB = 1 << 20;

    private long committed = 16 * MB;
    private long live = 16 * MB;
    private int collections;

    private final HeapGrowth growth = new HeapGrowth(() -> committed, () -> {
        collections++;
        committed = live;
    });

    @Test
    void collectsWhenTheHeapHasGrownByFourMegabytes() {
        grow(20);
        assertThat(collections).isZero();
        grow(21);
        assertThat(collections).isEqualTo(1);
        assertThat(committed).isEqualTo(16 * MB);
        grow(20);
        assertThat(collections).isEqualTo(1);
    }

    @Test
    void largeHeapMayGrowByAQuarter() {
        live = 100 * MB;
        grow(100);
        assertThat(collections).isEqualTo(1);
        grow(125);
        assertThat(collections).isEqualTo(1);
        grow(126);
        assertThat(collections).isEqualTo(2);
    }

    private void grow(long megabytes) {
        committed = megabytes * MB;
        growth.look();
    }
}
