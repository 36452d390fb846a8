package io.msgvault.embed.cli.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  /** A list, and its addresses as {@code name/address}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          o@example.org                                   | /o@example.org
          Oda Vik <o@example.org>                         | Oda Vik/o@example.org
          "Vik, Oda" <o@example.org>, p@example.org       | Vik, Oda/o@example.org + /p@example.org
          o@example.org; Per <p@example.org>;             | /o@example.org + Per/p@example.org
          o@example.org <o@example.org>                   | o@example.org/o@example.org
          Oda @ Home <o@example.org>                      | Oda @ Home/o@example.org
          Vik, Oda <o@example.org>, Per <p@example.org>   | Vik, Oda/o@example.org + Per/p@example.org
          Oda Vik o@example.org                           | Oda Vik/o@example.org
          o@example.org (Oda (at home))                   | Oda (at home)/o@example.org
          "o@example.org"                                 | /o@example.org
          'Oda Vik' <'o@example.org'>                     | Oda Vik/o@example.org
          "Oda \\"O\\" Vik" <o@example.org>               | Oda "O" Vik/o@example.org
          "Oda Vik <o@example.org>                        | Oda Vik/o@example.org
          Oda (home <o@example.org>                       | Oda (home/o@example.org
          Oda <o@example.org, Per <p@example.org>         | Oda/o@example.org + Per/p@example.org
          <<o@example.org>>                               | /o@example.org
          <mailto:o@example.org>                          | /o@example.org
          <@relay.example,@b.example:o@example.org>       | /o@example.org
          o @ example.org                                 | /o@example.org
          Boats: o@example.org, p@example.org;, q@example.org | /o@example.org + /p@example.org + /q@example.org
          o@[IPv6:2001:db8::1], p@example.org             | /o@[ipv6:2001:db8::1] + /p@example.org
          undisclosed-recipients:;                        | ``
          Oda Vik                                         | Oda Vik/oda vik
          root, o@example.org                             | /root + /o@example.org
          Zoë Århus <zoë@exämple.org>                     | Zoë Århus/zoë@exämple.org
          =?utf-8?q?Oda_=C3=85s?= <o@example.org>         | Oda Ås/o@example.org
          "=?utf-8?q?=C3=85s=2C_Oda?=" <o@example.org>    | Ås, Oda/o@example.org
          =?utf-8?q?=22Oda_=C3=85s=22_=3Co=40example=2Eorg=3E?= | Oda Ås/o@example.org
          =?utf-8?q?Oda?= <=?utf-8?q?o=40example=2Eorg?=> | Oda/o@example.org
          """)
  void readsLists(String list, String expected) {
    String found =
        Addresses.parse(list, 100).stream()
            .map(found1 -> found1.name() + "/" + found1.address())
            .collect(Collectors.joining(" + "));
    assertEquals(expected, found);
  }

  @Test
  void stopsAtLimit() {
    assertEquals(3, Addresses.parse("a@example.org,".repeat(10), 3).size());
    assertEquals(List.of(), Addresses.parse("a@example.org", 0));
  }
}
