package corral.daemon.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** User name and password for HTTP basic authentication, both plain. */
public record Credentials(String username, String password) {

    /** Value of the Authorization header. */
    String header() {
        String pair = username + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "Credentials[" + username + "]";
    }
}
