package io.msgvault.embed.cli.web;

import io.msgvault.embed.cli.web.ApiFailure.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Serves the files of the page. Only these exist; no path leads to any other. */
final class Assets {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("index.html", HTML),
          Map.entry("style.css", "text/css; charset=utf-8"),
          Map.entry("icon.svg", "image/svg+xml"),
          Map.entry("app.js", SCRIPT),
          Map.entry("api.js", SCRIPT),
          Map.entry("dom.js", SCRIPT),
          Map.entry("map.js", SCRIPT),
          Map.entry("message.js", SCRIPT),
          Map.entry("search.js", SCRIPT),
          Map.entry("status.js", SCRIPT),
          Map.entry("timeline.js", SCRIPT));

  private Assets() {}

  static Answer of(String name) {
    String type = TYPES.get(name);
    if (type == null) {
      throw new ApiFailure(Code.NOT_FOUND, "there is no such page");
    }
    return new Answer(200, type, read(name));
  }

  static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar of the command lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
