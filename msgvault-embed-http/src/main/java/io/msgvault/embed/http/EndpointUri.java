package io.msgvault.embed.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Completes and redacts the URL of an endpoint, and decides which redirects stay on its server. */
final class EndpointUri {
  private EndpointUri() {}

  /**
   * Returns the URL for embedding requests.
   *
   * @param uri that URL, or the base of the API, or only the server
   * @throws IllegalArgumentException if it is not an HTTP URL, or has a user or a fragment
   */
  static URI embeddings(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URL of an endpoint must have no user, password or fragment: set credentials as key"
              + " or header");
    }
    if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "the endpoint must be a URL such as http://localhost:11434/v1, but is " + redacted(uri));
    }
    String path = uri.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.endsWith("/embeddings")) {
      path = uri.getRawPath();
    } else {
      path = (path.isEmpty() ? "/v1" : path) + "/embeddings";
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(scheme + "://" + uri.getRawAuthority() + path + query);
  }

  /** Returns the address without its query, which may hold a key. */
  static String redacted(URI address) {
    String authority = address.getHost() == null ? "" : "//" + hostAndPort(address);
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    return (address.getScheme() == null ? "" : address.getScheme() + ":") + authority + path;
  }

  /**
   * Returns the target of a redirect.
   *
   * @return empty if the location is malformed
   */
  static Optional<URI> resolveRedirect(URI from, String location) {
    try {
      return Optional.of(from.resolve(location));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether two addresses are of the same server. Scheme, host and port are the same, or
   * change from HTTP to HTTPS on their standard ports.
   */
  static boolean isSameServer(URI from, URI to) {
    if (to.getHost() == null || to.getRawUserInfo() != null) {
      return false;
    }
    boolean sameOrigin =
        from.getScheme().equalsIgnoreCase(to.getScheme()) && port(from) == port(to);
    boolean upgradedToHttps =
        from.getScheme().equalsIgnoreCase("http")
            && "https".equalsIgnoreCase(to.getScheme())
            && port(from) == 80
            && port(to) == 443;
    return from.getHost().equalsIgnoreCase(to.getHost()) && (sameOrigin || upgradedToHttps);
  }

  private static String hostAndPort(URI address) {
    return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }
}
