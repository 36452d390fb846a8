package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EncodedBytesTest {
  private static final byte[] BYTES = new byte[500];

  static {
    new Random(7).nextBytes(BYTES);
  }

  @Test
  void removesBase64OnOneLine() {
    String run = Base64.getEncoder().encodeToString(BYTES);
    assertEquals("token=, see below", EncodedBytes.strip("token=" + run + ", see below"));
  }

  @Test
  void removesBase64InLines() {
    for (int width : new int[] {60, 64, 76}) {
      String block =
          Base64.getMimeEncoder(width, "\n".getBytes(StandardCharsets.US_ASCII))
              .encodeToString(BYTES);
      assertEquals(
          "The file:\n\n\n\nThat was it.\n",
          EncodedBytes.strip("The file:\n\n" + block + "\n\nThat was it.\n"),
          "width " + width);
    }
  }

  @Test
  void removesBlockThatBeginsWithZeroes() {
    byte[] bytes = new byte[500];
    System.arraycopy(BYTES, 0, bytes, 200, 300);
    String block =
        Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    assertEquals("a\n\nb", EncodedBytes.strip("a\n" + block + "\nb"));
  }

  @Test
  void removesBlockWithManySlashes() {
    String lines = ("/////////v7+AAEC".repeat(4) + "\n").repeat(3);
    assertEquals("a\n\nb", EncodedBytes.strip("a\n" + lines + "b"));
  }

  @Test
  void keepsSentenceAfterBlock() {
    String line = Base64.getEncoder().encodeToString(BYTES).substring(0, 76);
    assertEquals("\nThis is prose", EncodedBytes.strip(line + "\n" + line + "\nThis is prose"));
    assertEquals("\nThanks", EncodedBytes.strip(line + "\n" + line + "\nThanks"));
  }

  @Test
  void keepsLongWordsAndPaths() {
    for (String text :
        new String[] {
          "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
          "0123456789abcdef".repeat(8),
          "ACGT".repeat(40),
          "a".repeat(1000),
          "home/User1/src/main/java/org/example/archive/message/store/index/Build2",
          "x".repeat(59) + " A1" + "y".repeat(57)
        }) {
      assertEquals(text, EncodedBytes.strip(text));
    }
  }

  @Test
  void removesUuencodedFiles() {
    String text = "Here it is:\n\nbegin 644 picture.gif\n" + uuencode(BYTES) + "`\nend\n\nEnjoy!\n";
    assertEquals("Here it is:\n\n\nEnjoy!\n", EncodedBytes.strip(text));
  }

  @Test
  void removesPartOfUuencodedFile() {
    assertEquals("part 2\nEOF\n", EncodedBytes.strip("part 2\n" + uuencode(BYTES) + "EOF\n"));
  }

  @Test
  void keepsOneLineInCapitals() {
    String text = "M" + "AKE MONEY ".repeat(6) + "\nMORE\n";
    assertEquals(text, EncodedBytes.strip(text));
  }

  @Test
  void removesArmour() {
    assertEquals(
        "My key:\n\nBye\n",
        EncodedBytes.strip(
            """
            My key:
            -----BEGIN PGP PUBLIC KEY BLOCK-----
            Version: GnuPG v2

            mQENBFqk
            =aBc1
            -----END PGP PUBLIC KEY BLOCK-----
            Bye
            """));
  }

  @Test
  void keepsSignedText() {
    assertEquals(
        """
        -----BEGIN PGP SIGNED MESSAGE-----
        Hash: SHA256

        I agree.

        """,
        EncodedBytes.strip(
            """
            -----BEGIN PGP SIGNED MESSAGE-----
            Hash: SHA256

            I agree.
            -----BEGIN PGP SIGNATURE-----

            iQEzBAEB/CgA+
            =x1Y2
            -----END PGP SIGNATURE-----
            """));
  }

  @Test
  void keepsIncompleteArmour() {
    for (String text :
        new String[] {
          "-----BEGIN CERTIFICATE-----\nMIIB\n\nis how it begins.\n-----END CERTIFICATE-----\n",
          "-----BEGIN CERTIFICATE-----\nMIIB\n",
          "see -----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
          "-----BEGIN "
        }) {
      assertEquals(text, EncodedBytes.strip(text));
    }
  }

  private static String uuencode(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int start = 0; start < bytes.length; start += 45) {
      int length = Math.min(45, bytes.length - start);
      out.append((char) (' ' + length));
      for (int at = start; at < start + length; at += 3) {
        int three = 0;
        for (int i = 0; i < 3; i++) {
          three = three << 8 | (at + i < bytes.length ? bytes[at + i] & 0xff : 0);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
          int six = three >> shift & 0x3f;
          out.append(six == 0 ? '`' : (char) (' ' + six));
        }
      }
      out.append('\n');
    }
    return out.toString();
  }
}
