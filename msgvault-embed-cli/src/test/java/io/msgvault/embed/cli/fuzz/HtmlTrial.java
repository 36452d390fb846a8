package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.cli.web.PageHtml;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Element;

/** Renders HTML as text, and cleans it for the page. */
final class HtmlTrial implements FuzzTarget.Trial {
  private static final Set<String> ACTIVE =
      Set.of(
          ("applet audio base button embed form frame frameset iframe input link math meta"
                  + " noscript object script select svg template textarea title video")
              .split(" "));

  private final TextPreparer preparer = new TextPreparer(TextPolicy.standard());

  @Override
  public void run(byte[] input) {
    String html = Pieces.text(input);
    String text = preparer.prepare("", "", html);
    Oracle.wellFormed("the text of a page", text);
    Oracle.require(text.length() <= 4L * html.length() + 100, "a page has grown");
    Element body = Jsoup.parse(PageHtml.of(html)).body();
    for (Element element : body.getAllElements()) {
      Oracle.require(!ACTIVE.contains(element.normalName()), "active: " + element.normalName());
      element.attributes().forEach(HtmlTrial::check);
    }
  }

  private static void check(Attribute attribute) {
    String name = attribute.getKey().toLowerCase(Locale.ROOT);
    String value = attribute.getValue().strip().toLowerCase(Locale.ROOT);
    Oracle.require(!name.startsWith("on"), "a handler: " + name);
    if (name.equals("src")) {
      Oracle.require(value.startsWith("data:"), "fetched: " + value);
    }
    Oracle.require(!Set.of("href", "cite", "action", "srcset", "background").contains(name), name);
    if (name.equals("style")) {
      Oracle.require(!value.contains("url") && !value.contains("\\"), "a style fetches: " + value);
    }
  }
}
