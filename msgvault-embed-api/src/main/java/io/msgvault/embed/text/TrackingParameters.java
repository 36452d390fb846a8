package io.msgvault.embed.text;

import java.util.Locale;
import java.util.Set;

/**
 * Removes the parameters of URLs that only track clicks. The names are those of the common
 * advertising networks, mailing services and analytics programs.
 */
final class TrackingParameters {
  /** The parameters with which advertising networks number clicks. */
  private static final String CLICKS =
      "dclid fbclid gad_source gbraid gclid gclsrc igsh igshid li_fat_id msclkid rb_clickid s_kwcid "
          + "srsltid ttclid twclid wbraid wickedid yclid ";

  /** The parameters with which mailing services number recipients and mailings. */
  private static final String MAILINGS =
      "__hsfp __hssc __hstc _bta_c _bta_tid _hsenc _hsmi _ke _kx ck_subscriber_id dm_i elqtrack "
          + "elqtrackid hsctatracking mc_cid mc_eid mkt_tok ml_subscriber ml_subscriber_hash "
          + "oly_anon_id oly_enc_id trk_contact trk_module trk_msg trk_sid vero_conv vero_id ";

  /** The parameters with which analytics programs number visits. */
  private static final String VISITS = "_ga _gl _openstat pk_campaign pk_kwd";

  private static final Set<String> NAMES = Set.of((CLICKS + MAILINGS + VISITS).split(" "));
  private static final String PREFIX = "utm_";

  private TrackingParameters() {}

  static String strip(CharSequence text) {
    int query = Chars.indexOf(text, '?', 0);
    if (query < 0) {
      return text.toString();
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    while (query >= 0) {
      boolean kept = false;
      int start = query + 1;
      while (true) {
        int end = parameterEnd(text, start);
        boolean last = end == text.length() || text.charAt(end) != '&';
        if (isTracking(text, start, end)) {
          out.append(text, copied, start - 1);
          copied = last ? withoutPunctuation(text, start, end) : end;
        } else {
          if (!kept && start - 1 > query) {
            out.append('?');
            copied = afterAmpersand(text, start, end);
          }
          kept = true;
        }
        start = end + 1;
        if (last) {
          break;
        }
      }
      query = Chars.indexOf(text, '?', start - 1);
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static int parameterEnd(CharSequence text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '&' && isQueryCharacter(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /**
   * Returns the end of a URL without its final punctuation, which belongs to the sentence around
   * it.
   */
  private static int withoutPunctuation(CharSequence text, int start, int end) {
    int bare = end;
    while (bare > start && ".,;:!?".indexOf(text.charAt(bare - 1)) >= 0) {
      bare--;
    }
    return bare;
  }

  private static boolean isTracking(CharSequence text, int start, int end) {
    int nameStart = afterAmpersand(text, start, end);
    int nameEnd = nameStart;
    while (nameEnd < end && text.charAt(nameEnd) != '=') {
      nameEnd++;
    }
    if (nameEnd == nameStart || nameEnd == end) {
      return false;
    }
    String name = text.subSequence(nameStart, nameEnd).toString().toLowerCase(Locale.ROOT);
    return name.startsWith(PREFIX) || NAMES.contains(name);
  }

  /**
   * Returns the start of a parameter after the rest of an ampersand's entity. The source of HTML
   * has ampersands as entities, and so do texts that were made from it carelessly.
   */
  private static int afterAmpersand(CharSequence text, int start, int end) {
    String rest = "amp;";
    return end - start > rest.length() && Chars.startsWith(text, start, rest)
        ? start + rest.length()
        : start;
  }

  private static boolean isQueryCharacter(char c) {
    return c > ' ' && c < 0x7f && "\"'<>()[]{}`\\|^#".indexOf(c) < 0;
  }
}
