package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the charset that a label means. The table has all labels of the WHATWG Encoding standard,
 * and more that mail programs write. Only letters and digits of a label count, so {@code "ISO
 * 8859_2;"} is {@code iso-8859-2}.
 *
 * <p>As in the standard, a label means the largest charset that its users write: {@code iso-8859-1}
 * means windows-1252, and {@code gb2312} means GB18030. Unlike browsers, it reads the charsets that
 * only mail has, such as UTF-7 and HZ.
 */
final class CharsetLabels {
  private static final int MAX_LENGTH = 100;

  /**
   * The names of charsets, and the labels that mean them. Of several names, the later ones are
   * tried where the bytes are not valid in the first.
   */
  private static final String TABLE =
      """
      UTF-8: utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf8mb4 cesu-8
      UTF-7: utf-7 unicode-1-1-utf-7 unicode-2-0-utf-7 csunicode11utf7 csutf7
      UTF-16LE: utf-16 utf-16le ucs-2 iso-10646-ucs-2 unicode csunicode unicodefeff
      UTF-16BE: utf-16be unicodefffe
      UTF-32: utf-32 ucs-4 iso-10646-ucs-4
      windows-1252: iso-8859-1 iso8859-1 iso88591 iso_8859-1:1987 iso-ir-100 l1 latin1 csisolatin1
        cp819 ibm819
      ISO-8859-2: iso-8859-2 iso_8859-2:1987 iso-ir-101 l2 latin2 csisolatin2
      ISO-8859-3: iso-8859-3 iso_8859-3:1988 iso-ir-109 l3 latin3 csisolatin3
      ISO-8859-4: iso-8859-4 iso_8859-4:1988 iso-ir-110 l4 latin4 csisolatin4
      ISO-8859-5: iso-8859-5 iso_8859-5:1988 iso-ir-144 cyrillic csisolatincyrillic
      ISO-8859-6: iso-8859-6 iso_8859-6:1987 iso-8859-6-e iso-8859-6-i iso-ir-127 arabic asmo-708
        ecma-114 csisolatinarabic csiso88596e csiso88596i
      ISO-8859-7: iso-8859-7 iso_8859-7:1987 iso-ir-126 greek greek8 ecma-118 elot_928 sun_eu_greek
        csisolatingreek
      ISO-8859-8: iso-8859-8 iso_8859-8:1988 iso-8859-8-e iso-8859-8-i iso-ir-138 hebrew visual
        logical csisolatinhebrew csiso88598e csiso88598i
      ISO-8859-10: iso-8859-10 iso_8859-10:1992 iso-ir-157 l6 latin6 csisolatin6
      ISO-8859-13: iso-8859-13 latin7
      ISO-8859-14: iso-8859-14 iso_8859-14:1998 iso-ir-199 latin8 l8 iso-celtic
      ISO-8859-15: iso-8859-15 l9 latin9 latin-0 csisolatin9
      ISO-8859-16: iso-8859-16 iso_8859-16:2001 iso-ir-226 latin10 l10
      windows-1254: iso-8859-9 iso_8859-9:1989 iso-ir-148 l5 latin5 csisolatin5
      x-windows-874: tis-620 iso-8859-11 dos-874
      IBM866: csibm866
      KOI8-R: koi8-r koi8 koi cskoi8r
      KOI8-U: koi8-u koi8-ru
      x-MacRoman: macintosh mac x-mac-roman csmacintosh
      x-MacUkraine: x-mac-cyrillic x-mac-ukrainian
      x-MacCentralEurope: x-mac-ce x-mac-centraleurroman
      GB18030: gb18030 gbk x-gbk gb2312 gb_2312-80 chinese csgb2312 csiso58gb231280 iso-ir-58 euc-cn
        cn-gb
      HZ-GB-2312: hz-gb-2312 hz
      ISO-2022-CN: iso-2022-cn iso-2022-cn-ext
      Big5-HKSCS x-windows-950: big5 big5-hkscs cn-big5 x-x-big5 csbig5 big5-eten
      EUC-JP x-eucJP-Open: euc-jp x-euc-jp cseucpkdfmtjapanese
      x-windows-iso2022jp ISO-2022-JP-2: iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3
        iso-2022-jp-ms csiso2022jp csiso2022jp2 jis
      windows-31j: shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis cswindows31j
      x-windows-949: euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean iso-ir-149 cseuckr
        csksc56011987 uhc
      ISO-2022-KR: iso-2022-kr csiso2022kr
      """;

  /** The numbers of Microsoft's code pages, where the name of the charset does not have them. */
  private static final Map<String, String> CODE_PAGES =
      Map.ofEntries(
          Map.entry("874", "tis-620"),
          Map.entry("932", "shift_jis"),
          Map.entry("936", "gbk"),
          Map.entry("949", "euc-kr"),
          Map.entry("950", "big5"),
          Map.entry("1200", "utf-16le"),
          Map.entry("1201", "utf-16be"),
          Map.entry("10000", "macintosh"),
          Map.entry("10007", "x-mac-cyrillic"),
          Map.entry("20127", "us-ascii"),
          Map.entry("20866", "koi8-r"),
          Map.entry("20932", "euc-jp"),
          Map.entry("21866", "koi8-u"),
          Map.entry("38598", "iso-8859-8"),
          Map.entry("50220", "iso-2022-jp"),
          Map.entry("50221", "iso-2022-jp"),
          Map.entry("50222", "iso-2022-jp"),
          Map.entry("50225", "iso-2022-kr"),
          Map.entry("51932", "euc-jp"),
          Map.entry("51936", "gbk"),
          Map.entry("51949", "euc-kr"),
          Map.entry("52936", "hz-gb-2312"),
          Map.entry("54936", "gb18030"),
          Map.entry("65000", "utf-7"),
          Map.entry("65001", "utf-8"));

  private static final Pattern CODE_PAGE =
      Pattern.compile("(?:x|cs)?(?:windows|win|cp|ms|ansi|ibm|dos|codepage)?(\\d{3,5})");
  private static final Pattern ISO_CODE_PAGE = Pattern.compile("28(59\\d|60\\d)");

  /** Labels of ASCII. A mail with one of them does not say what its other bytes are. */
  private static final Set<String> ASCII =
      Set.of("usascii", "ascii", "ansix341968", "ansix341986", "iso646us", "iso646irv1991", "ansi");

  private static final Map<String, String> NAMES = names();

  private CharsetLabels() {}

  /** Returns the charset of a label; empty if there is none, or if it says nothing. */
  static Optional<MailCharset> find(String label) {
    String key = key(label);
    if (key.isEmpty() || ASCII.contains(key)) {
      return Optional.empty();
    }
    return names(key)
        .or(() -> key.startsWith("x") ? names(key.substring(1)) : names("iso" + key))
        .or(() -> jdkName(label))
        .map(MailCharset::of);
  }

  /** Returns the letters and digits of a label, up to a language (RFC 2231) or a semicolon. */
  private static String key(String label) {
    String name = label.split("[*;,]", 2)[0];
    return name.length() > MAX_LENGTH
        ? ""
        : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "").replaceFirst("^charset", "");
  }

  private static Optional<String> names(String key) {
    return Optional.ofNullable(NAMES.get(key)).or(() -> codePage(key));
  }

  private static Optional<String> codePage(String key) {
    Matcher matcher = CODE_PAGE.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String number = matcher.group(1);
    Matcher iso = ISO_CODE_PAGE.matcher(number);
    String label =
        iso.matches()
            ? "iso-8859-" + (Integer.parseInt(iso.group(1)) - 590)
            : CODE_PAGES.getOrDefault(number, "");
    return Optional.ofNullable(NAMES.get(key(label)))
        .or(() -> jdkName("windows-" + number))
        .or(() -> jdkName("IBM" + number));
  }

  private static Optional<String> jdkName(String label) {
    String name = label.strip();
    return name.matches("[A-Za-z0-9][A-Za-z0-9.:_+-]*") && Charset.isSupported(name)
        ? Optional.of(Charset.forName(name))
            .filter(found -> !found.equals(US_ASCII))
            .map(Charset::name)
        : Optional.empty();
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    for (String line : TABLE.replace("\n  ", " ").split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        for (String label : line.substring(colon + 2).split(" +", -1)) {
          names.put(key(label), line.substring(0, colon));
        }
      }
    }
    return Map.copyOf(names);
  }
}
