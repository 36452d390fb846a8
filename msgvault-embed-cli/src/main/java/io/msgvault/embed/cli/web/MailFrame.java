package io.msgvault.embed.cli.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.safety.Cleaner;
import org.jsoup.safety.Safelist;

/**
 * Makes the HTML of a mail harmless, three times over: what is not known to be harmless is removed,
 * the answer's own policy forbids scripts, forms and everything from elsewhere, and the page shows
 * it in a frame without any rights.
 */
final class MailFrame {
  private static final String POLICY =
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none';"
          + " base-uri 'none'; frame-ancestors 'self'; sandbox";

  /** Links are gone, too: a click must not tell anyone that the mail was read. */
  private static final Safelist ALLOWED =
      Safelist.relaxed()
          .addTags("center", "font", "hr", "s", "del", "ins", "section", "article", "header")
          .addAttributes(":all", "style", "dir", "lang", "align", "valign", "bgcolor", "title")
          .addAttributes("font", "color", "size", "face")
          .addAttributes("table", "border", "cellpadding", "cellspacing", "width")
          .addProtocols("img", "src", "data")
          .removeProtocols("img", "src", "http", "https")
          .removeAttributes("a", "href")
          .removeAttributes("blockquote", "cite")
          .removeAttributes("q", "cite");

  /** What may name a resource in a style, also where an escape hides it. */
  private static final Pattern FETCHES =
      Pattern.compile("\\\\|url|image|@", Pattern.CASE_INSENSITIVE);

  private static final String STYLE =
      "<style>html{color-scheme:light;background:#fff;color:#1d2126}body{margin:16px;"
          + "font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
          + "img{max-width:100%;height:auto}</style>";

  private MailFrame() {}

  static Answer of(String html) {
    Document clean = new Cleaner(ALLOWED).clean(Jsoup.parse(html));
    clean.select("img:not([src])").remove();
    for (Element styled : clean.select("[style]")) {
      if (FETCHES.matcher(styled.attr("style")).find()) {
        styled.removeAttr("style");
      }
    }
    clean.outputSettings().prettyPrint(false);
    String page =
        "<!doctype html><html><head><meta charset=\"utf-8\">"
            + "<title>Message</title>"
            + STYLE
            + "</head><body>"
            + clean.body().html()
            + "</body></html>";
    return new Answer(
        200,
        "text/html; charset=utf-8",
        page.getBytes(StandardCharsets.UTF_8),
        Map.of("Content-Security-Policy", POLICY, "X-Frame-Options", "SAMEORIGIN"));
  }
}
