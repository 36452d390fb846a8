package io.msgvault.embed.cli.mail;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds a part of a mail as plain text, as HTML, or as both; a form that is lacking is empty.
 * Readers take the text if there is one, so a text holds all of the content.
 */
record BodyContent(String text, String html) {
  static final BodyContent EMPTY = new BodyContent("", "");

  private static final Pattern SEPARATOR = Pattern.compile("(?m)^-- ?\\r?\\n");

  boolean isEmpty() {
    return text.isBlank() && html.isBlank();
  }

  /** Joins parts that are shown one after the other. If one has only HTML, the result has too. */
  static BodyContent sequence(List<BodyContent> parts) {
    List<BodyContent> filled = parts.stream().filter(part -> !part.isEmpty()).toList();
    if (filled.size() == 1) {
      return filled.get(0);
    }
    boolean anyHtml = filled.stream().anyMatch(part -> !part.html.isBlank());
    boolean allText = filled.stream().noneMatch(part -> part.text.isBlank());
    return new BodyContent(
        allText ? filled.stream().map(BodyContent::text).collect(Collectors.joining("\n\n")) : "",
        anyHtml
            ? filled.stream().map(BodyContent::asHtml).collect(Collectors.joining("\n<hr>\n"))
            : "");
  }

  /**
   * Joins parts with the same content. Takes the first plain text, and the last HTML, which is the
   * richest. A text that only asks for a program that shows HTML is left out.
   */
  static BodyContent alternatives(List<BodyContent> parts) {
    String text =
        parts.stream().map(BodyContent::text).filter(t -> !t.isBlank()).findFirst().orElse("");
    String html =
        parts.stream()
            .map(BodyContent::html)
            .filter(h -> !h.isBlank())
            .reduce((a, b) -> b)
            .orElse("");
    return new BodyContent(PlainStub.isStub(text, html) ? "" : text, html);
  }

  /**
   * Returns the content without lines that separate a signature, for content that is followed by
   * other: below such a line, readers expect nothing but the signature.
   */
  BodyContent withoutSeparator() {
    return new BodyContent(SEPARATOR.matcher(text).replaceAll(""), html);
  }

  private String asHtml() {
    return html.isBlank()
        ? "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>"
        : html;
  }
}
