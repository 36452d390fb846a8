package io.msgvault.embed.cli.mail;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of a mail as plain text, as HTML, or as both; empty where it is not there in that form.
 * Readers take the text where there is one, so a rendering with a text has all of the content in
 * it.
 */
record BodyContent(String text, String html) {
  static final BodyContent EMPTY = new BodyContent("", "");

  boolean isEmpty() {
    return text.isBlank() && html.isBlank();
  }

  /**
   * Parts that are shown one after the other. If one of them is there as HTML only, the whole is.
   */
  static BodyContent sequence(List<BodyContent> parts) {
    List<BodyContent> shown = parts.stream().filter(part -> !part.isEmpty()).toList();
    if (shown.size() == 1) {
      return shown.get(0);
    }
    boolean anyHtml = shown.stream().anyMatch(part -> !part.html.isBlank());
    boolean allText = shown.stream().noneMatch(part -> part.text.isBlank());
    return new BodyContent(
        allText ? shown.stream().map(BodyContent::text).collect(Collectors.joining("\n\n")) : "",
        anyHtml
            ? shown.stream().map(BodyContent::asHtml).collect(Collectors.joining("\n<hr>\n"))
            : "");
  }

  /** Parts that say the same: the first plain text, and the last, which is the richest, HTML. */
  static BodyContent alternatives(List<BodyContent> parts) {
    String text =
        parts.stream().map(BodyContent::text).filter(t -> !t.isBlank()).findFirst().orElse("");
    String html =
        parts.stream()
            .map(BodyContent::html)
            .filter(h -> !h.isBlank())
            .reduce((a, b) -> b)
            .orElse("");
    return new BodyContent(text, html);
  }

  private String asHtml() {
    return html.isBlank()
        ? "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>"
        : html;
  }
}
