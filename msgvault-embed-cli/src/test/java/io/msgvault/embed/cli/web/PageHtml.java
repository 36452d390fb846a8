package io.msgvault.embed.cli.web;

import java.nio.charset.StandardCharsets;

/** Shows other tests what the page makes of the HTML of a mail. */
public final class PageHtml {
  private PageHtml() {}

  /** Returns the cleaned page. */
  public static String of(String html) {
    return new String(MailFrame.of(html).body(), StandardCharsets.UTF_8);
  }
}
