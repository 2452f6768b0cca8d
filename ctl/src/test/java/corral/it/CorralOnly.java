package corral.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What is ours alone: not run while the real programs stand in for ours ({@link Distribution#standIn}). */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface CorralOnly {
    /** How Supervisor differs. */
    String value();
}
