package io.msgvault.embed.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Completes and redacts the URL of an endpoint, and decides which redirects stay on its server.
 *
 * <p>Some names are no hosts for {@link URI}: those with an underscore, as services of Docker
 * Compose often have, and those whose last part begins with a digit. Java's HTTP client sends
 * nothing there. Such a request goes to the address of the name instead. Over HTTPS that is not
 * possible, since a certificate is made out to a name.
 */
final class EndpointUri {
  /** Matches a host that {@link URI} does not take as one, with its port. */
  private static final Pattern IRREGULAR =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9_.-]*)(?::([0-9]{1,5}))?");

  private EndpointUri() {}

  /** Resolves the name of a host. */
  @FunctionalInterface
  interface Resolver {
    InetAddress resolve(String host) throws UnknownHostException;
  }

  /**
   * Returns the URL for embedding requests.
   *
   * @param uri that URL, or the base of the API, or only the server
   * @throws IllegalArgumentException if it is not an HTTP URL, has a user or a fragment, or names a
   *     host over HTTPS that Java does not take as one
   */
  static URI embeddings(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (authority.contains("@") || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the URL of an endpoint must have no user, password or fragment: set credentials as key"
              + " or header");
    }
    if (!(scheme.equals("http") || scheme.equals("https")) || host(uri).isEmpty()) {
      throw new IllegalArgumentException(
          "the endpoint must be a URL such as http://localhost:11434/v1, but is " + redacted(uri));
    }
    if (scheme.equals("https") && uri.getHost() == null) {
      throw new IllegalArgumentException(
          "Java sends no HTTPS request to a host with such a name as "
              + host(uri).get()
              + ", because of an underscore, or of a digit after the last dot: give the host another name, such as an alias in Docker Compose, or use http");
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
    return URI.create(scheme + "://" + authority + path + query(uri));
  }

  /**
   * Returns the URL for Java's HTTP client: the same one, or one with the address of the host if
   * its name is irregular.
   *
   * @throws UnknownHostException if that host has no address
   */
  static URI reachable(URI uri, Resolver resolver) throws UnknownHostException {
    if (uri.getHost() != null) {
      return uri;
    }
    InetAddress address = resolver.resolve(host(uri).orElseThrow());
    String literal = address.getHostAddress().replaceFirst("%.*", ""); // without an IPv6 scope
    return URI.create(
        uri.getScheme()
            + "://"
            + (address instanceof Inet6Address ? "[" + literal + "]" : literal)
            + (port(uri) < 0 ? "" : ":" + port(uri))
            + uri.getRawPath()
            + query(uri));
  }

  /** Returns the address without its query, which may hold a key. */
  static String redacted(URI address) {
    String port = port(address) < 0 ? "" : ":" + port(address);
    String authority = host(address).map(host -> "//" + host + port).orElse("");
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
    if (to.getRawUserInfo() != null) {
      return false;
    }
    boolean sameOrigin =
        from.getScheme().equalsIgnoreCase(to.getScheme())
            && effectivePort(from) == effectivePort(to);
    boolean upgradedToHttps =
        to.getHost() != null
            && from.getScheme().equalsIgnoreCase("http")
            && "https".equalsIgnoreCase(to.getScheme())
            && effectivePort(from) == 80
            && effectivePort(to) == 443;
    return (sameOrigin || upgradedToHttps)
        && host(from).orElseThrow().equalsIgnoreCase(host(to).orElse(""));
  }

  private static String query(URI uri) {
    return uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
  }

  private static Optional<String> host(URI uri) {
    return uri.getHost() != null
        ? Optional.of(uri.getHost())
        : irregular(uri).map(match -> match.group(1));
  }

  /** Returns the port; -1 if there is none. */
  private static int port(URI uri) {
    return uri.getHost() != null
        ? uri.getPort()
        : irregular(uri).map(match -> match.group(2)).map(Integer::parseInt).orElse(-1);
  }

  private static Optional<Matcher> irregular(URI uri) {
    return Optional.ofNullable(uri.getRawAuthority())
        .map(IRREGULAR::matcher)
        .filter(Matcher::matches);
  }

  private static int effectivePort(URI address) {
    if (port(address) >= 0) {
      return port(address);
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }
}
