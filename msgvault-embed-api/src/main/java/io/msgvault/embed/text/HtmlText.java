package io.msgvault.embed.text;

import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;

/**
 * Renders HTML as plain text. Visits the tree without recursion; the parser bounds its depth.
 *
 * <p>A tree takes many times the memory of its text, above all if it consists of tags. So at most
 * {@link #MAX_TAGS} tags are parsed, more than pages for people have. Later tags become spaces.
 */
final class HtmlText implements NodeFilter {
  private static final Set<String> INVISIBLE =
      Set.of(
          ("applet audio canvas datalist head iframe noframes object script style "
                  + "svg template title video")
              .split(" "));
  private static final Set<String> PARAGRAPHS =
      Set.of(
          ("article aside blockquote dl fieldset figure footer h1 h2 h3 h4 h5 h6 "
                  + "header hr main nav ol p pre section table ul")
              .split(" "));
  private static final Set<String> LINES =
      Set.of(
          ("address caption center dd details div dt figcaption form legend li "
                  + "option summary tr")
              .split(" "));
  private static final Set<String> CELLS = Set.of("td", "th");

  private static final int MAX_TAGS = 20_000;

  private final StringBuilder out;
  private int breaks;
  private boolean space;
  private int quotations;
  private int preformatted;

  private HtmlText(int capacity) {
    this.out = new StringBuilder(capacity);
  }

  /** Returns the text that a reader of the HTML would see. */
  static String of(String html) {
    if (html.indexOf('<') < 0 && html.indexOf('&') < 0) {
      return html;
    }
    HtmlText text = new HtmlText(html.length() / 2);
    int end = end(html);
    Jsoup.parse(html.substring(0, end)).filter(text);
    text.space = true;
    text.append(Parser.unescapeEntities(withoutTags(html, end), false));
    return text.out.toString();
  }

  /** Returns the offset of the first tag beyond the limit. */
  private static int end(String html) {
    int at = html.indexOf('<');
    for (int tags = 0; at >= 0 && tags < MAX_TAGS; tags++) {
      at = html.indexOf('<', at + 1);
    }
    return at < 0 ? html.length() : at;
  }

  private static String withoutTags(String html, int from) {
    StringBuilder text = new StringBuilder();
    int at = from;
    while (at < html.length()) {
      int tag = html.indexOf('<', at);
      int end = tag < 0 ? html.length() : tag;
      text.append(html, at, end).append(' ');
      int close = html.indexOf('>', end);
      at = close < 0 ? html.length() : close + 1;
    }
    return text.toString();
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode textNode) {
      append(textNode.getWholeText());
    } else if (node instanceof Element element) {
      if (isInvisible(element)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      if (element.normalName().equals("br")) {
        breaks++;
      } else {
        separate(element.normalName());
        count(element, 1);
      }
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element) {
      separate(element.normalName());
      count(element, -1);
    }
    return FilterResult.CONTINUE;
  }

  private void separate(String name) {
    if (PARAGRAPHS.contains(name)) {
      breaks = 2;
    } else if (LINES.contains(name)) {
      breaks = Math.max(breaks, 1);
    } else if (CELLS.contains(name)) {
      space = true;
    }
  }

  private void count(Element element, int step) {
    if (element.normalName().equals("blockquote") || element.hasClass("yahoo_quoted")) {
      quotations += step;
      breaks = 2;
    } else if (element.normalName().equals("pre")) {
      preformatted += step;
    }
  }

  private void append(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' && preformatted > 0) {
        breaks++;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        if (preformatted > 0) {
          // Indentation is part of preformatted text.
          visible(' ');
        } else {
          space = true;
        }
      } else {
        visible(c);
      }
    }
  }

  private void visible(char c) {
    boolean first = out.length() == 0;
    if (!first && breaks > 0) {
      out.append(breaks > 1 ? "\n\n" : "\n");
    } else if (!first && space) {
      out.append(' ');
    }
    if (quotations > 0 && breaks > 0) {
      out.append("> ");
    }
    out.append(c);
    breaks = 0;
    space = false;
  }

  private static boolean isInvisible(Element element) {
    if (INVISIBLE.contains(element.normalName()) || element.hasAttr("hidden")) {
      return true;
    }
    String style = element.attr("style");
    if (style.isEmpty()) {
      return false;
    }
    String rules = style.toLowerCase(Locale.ROOT).replace(" ", "");
    return rules.contains("display:none")
        || rules.contains("visibility:hidden")
        || rules.contains("mso-hide:all");
  }
}
