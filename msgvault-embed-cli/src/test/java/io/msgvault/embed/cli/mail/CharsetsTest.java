package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CharsetsTest {
  /** A charset, a text in it, and the labels of the WHATWG Encoding standard that mean it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UTF-8       | Grüße € | unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8
          IBM866      | Снег    | 866 cp866 csibm866 ibm866
          ISO-8859-2  | Żółw    | csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2
          ISO-8859-3  | Ĝojo    | csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3
          ISO-8859-4  | Ģimene  | csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4
          ISO-8859-5  | Снег    | csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988
          ISO-8859-6  | ثلج     | arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987
          ISO-8859-7  | Χιόνι   | csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek
          ISO-8859-8  | שלג     | csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical
          ISO-8859-13 | Žąsis   | iso-8859-13 iso8859-13 iso885913
          ISO-8859-15 | œuf 5 € | csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9
          ISO-8859-16 | Țară €  | iso-8859-16
          KOI8-R      | Снег    | cskoi8r koi koi8 koi8-r koi8_r
          KOI8-U      | Їжак    | koi8-ru koi8-u
          x-MacRoman  | Größe   | csmacintosh mac macintosh x-mac-roman
          x-windows-874 | หิมะ  | dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874
          windows-1250 | Żółw € | cp1250 windows-1250 x-cp1250
          windows-1251 | Снег € | cp1251 windows-1251 x-cp1251
          windows-1252 | “5 €”  | ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252
          windows-1253 | Χιόνι  | cp1253 windows-1253 x-cp1253
          windows-1254 | Kış “€ | cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254
          windows-1255 | שלג ₪  | cp1255 windows-1255 x-cp1255
          windows-1256 | ثلج €  | cp1256 windows-1256 x-cp1256
          windows-1257 | Žąsis  | cp1257 windows-1257 x-cp1257
          windows-1258 | Đà ₫   | cp1258 windows-1258 x-cp1258
          x-MacUkraine | Їжак   | x-mac-cyrillic x-mac-ukrainian
          GB18030     | 朱镕基喆囧 | chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030
          Big5-HKSCS  | 初雪啲   | big5 big5-hkscs cn-big5 csbig5 x-x-big5
          x-eucJP-Open | 初雪①  | cseucpkdfmtjapanese euc-jp x-euc-jp
          x-windows-iso2022jp | 初雪①ｱ | csiso2022jp iso-2022-jp
          windows-31j | 初雪①㈱ | csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis
          x-windows-949 | 첫눈 똠 | cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949
          ISO-2022-KR | 첫눈      | csiso2022kr iso-2022-kr
          UTF-16BE    | Schnee ☃ | unicodefffe utf-16be
          UTF-16LE    | Schnee ☃ | csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le
          """)
  void knowsLabelsOfTheStandard(String charset, String text, String labels) {
    byte[] bytes = text.getBytes(Charset.forName(charset));
    for (String label : labels.split(" ", -1)) {
      assertEquals(text, decode(bytes, label), label);
    }
  }

  /** Charsets that the JDK lacks, with the bytes of a text. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          iso-8859-10 csisolatin6 iso-ir-157 l6 latin6 | 4de5 bdff 20bb c0 | Må―ĸ ŧĀ
          iso-8859-14 iso885914 latin8    | d0a9 b820 a1de f0 | Ŵ©ẁ ḂŶŵ
          hz-gb-2312 hz                   | 7e7b 362c5129 7e7d 206f6b7e7e | 冬雪 ok~
          utf-7 unicode-1-1-utf-7 x-utf-7 | 2b4150592d 2062 2b2d 632b4a67502d | ö b+c☃
          """)
  void readsCharsetsThatOnlyMailHas(String labels, String hex, String text) {
    for (String label : labels.split(" ", -1)) {
      assertEquals(text, decode(HexFormat.of().parseHex(hex.replace(" ", "")), label), label);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'iso-8859-2'         | ISO-8859-2
          "ISO 8859_2";        | ISO-8859-2
          charset=iso-8859-2   | ISO-8859-2
          iso-8859-2*pl        | ISO-8859-2
          iso-8859-2; x=y      | ISO-8859-2
          8859-2               | ISO-8859-2
          28592                | ISO-8859-2
          latin-2              | ISO-8859-2
          x-cp1251             | windows-1251
          win-1251             | windows-1251
          WINDOWS1251          | windows-1251
          ANSI-1251            | windows-1251
          1251                 | windows-1251
          cp936                | GB18030
          ms949                | x-windows-949
          cp65001              | UTF-8
          utf8mb4              | UTF-8
          cp-850               | IBM850
          """)
  void cleansLabels(String label, String charset) {
    String text =
        charset.equals("ISO-8859-2") ? "żółw" : charset.equals("IBM850") ? "Größe" : "снег";
    assertEquals(text, decode(text.getBytes(Charset.forName(charset)), label));
  }

  @Test
  void validUtf8BeatsOtherLabels() {
    for (String label :
        new String[] {"iso-8859-15", "koi8-r", "us-ascii", "iso-2022-jp", "x", ""}) {
      assertEquals(
          "Der Tee ist heiß – 2 €", decode("Der Tee ist heiß – 2 €".getBytes(UTF_8), label));
    }
    assertEquals("雪が降る", decode("雪が降る".getBytes(UTF_8), "shift_jis"));
    assertEquals("plain", decode("plain".getBytes(US_ASCII), "utf-16"));
  }

  @Test
  void marksAndEscapesTellTheCharset() {
    assertEquals("Schnee ☃", decode("Schnee ☃".getBytes(UTF_16), "windows-1252"));
    assertEquals("雪", decode("雪".getBytes(Charset.forName("ISO-2022-JP")), ""));
  }

  /** Bytes whose charset is right although a few of them are broken. */
  @ParameterizedTest
  @CsvSource({
    "iso-2022-jp, ISO-2022-JP, 1b244231, 初雪が降る",
    "'', ISO-2022-JP, 1b244231, 初雪が降る",
    "iso-8859-1, UTF-8, c3, Äpfel für müde Gäste möchten Körbe für größere Bäume",
    "koi8-r, UTF-8, d0, В саду лежит снег"
  })
  void brokenBytesDoNotHideTheCharset(String label, String charset, String broken, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(text.getBytes(Charset.forName(charset)));
    bytes.writeBytes(HexFormat.of().parseHex(broken));
    assertEquals(text, decode(bytes.toByteArray(), label).replace("\ufffd", ""));
  }

  @Test
  void otherTextOfTheMailTellsTheCharset() {
    byte[] bytes = "снег и лёд".getBytes(Charset.forName("KOI8-R"));
    assertEquals(
        "снег и лёд", Charsets.decode(bytes, Optional.empty(), CharsetLabels.find("koi8-r")));
    assertEquals(
        "«été»",
        Charsets.decode(
            "«été»".getBytes(Charset.forName("windows-1252")), Optional.empty(), Optional.empty()));
  }

  private static String decode(byte[] bytes, String label) {
    return Charsets.decode(bytes, CharsetLabels.find(label), Optional.empty());
  }
}
