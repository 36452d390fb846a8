package io.msgvault.embed.cli.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only who knows the token. A page of another origin in the same browser does not; should
 * it ever learn the token, these checks still keep it out:
 *
 * <ul>
 *   <li>{@code Host} must be the address of this server. A name that an attacker points here is
 *       not.
 *   <li>{@code Origin}, if there is one, must be that address too.
 *   <li>{@code Sec-Fetch-Site}, which browsers send, must not name another site.
 *   <li>A request that changes something must have the token in the header {@code Authorization}
 *       and an {@code Origin}, or no mark of a browser at all.
 * </ul>
 */
final class Gate {
  private static final int TOKEN_BYTES = 24;
  private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

  private final String token;
  private final List<String> hosts;

  Gate(String token, int port) {
    this.token = token;
    this.hosts = List.of("127.0.0.1:" + port, "localhost:" + port);
  }

  static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Returns the path of a request that may come in, without the token; empty for any other.
   *
   * @param rawPath the path, not decoded
   * @param header gives the first header of a name
   */
  Optional<String> admit(String method, String rawPath, Function<String, @Nullable String> header) {
    if (!isFromHere(header)) {
      return Optional.empty();
    }
    boolean inHeader = isToken(bearer(header.apply("Authorization")));
    boolean reads = method.equals("GET");
    if (!reads && !(inHeader && isOwnPageOrProgram(header))) {
      return Optional.empty();
    }
    int end = rawPath.indexOf('/', 1);
    if (end > 0 && isToken(rawPath.substring(1, end))) {
      return Optional.of(rawPath.substring(end));
    }
    return inHeader ? Optional.of(rawPath) : Optional.empty();
  }

  private boolean isFromHere(Function<String, @Nullable String> header) {
    String host = header.apply("Host");
    String origin = header.apply("Origin");
    String site = header.apply("Sec-Fetch-Site");
    return host != null
        && hosts.contains(host)
        && (origin == null || origin.equals("http://" + host))
        && (site == null || OWN_SITES.contains(site));
  }

  private static boolean isOwnPageOrProgram(Function<String, @Nullable String> header) {
    return header.apply("Origin") != null || header.apply("Sec-Fetch-Site") == null;
  }

  private static String bearer(@Nullable String authorization) {
    return authorization != null && authorization.startsWith("Bearer ")
        ? authorization.substring("Bearer ".length())
        : "";
  }

  private boolean isToken(String text) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }
}
