package corral.daemon.os;

import java.util.List;

/** Java strings as arguments of exec. */
final class CStrings {
    private CStrings() {}

    /** An array as jnr-posix takes it, which ends it with a null of its own. */
    static CharSequence[] array(List<String> strings) {
        return strings.toArray(CharSequence[]::new);
    }
}
