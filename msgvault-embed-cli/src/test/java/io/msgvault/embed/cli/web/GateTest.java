package io.msgvault.embed.cli.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests come in. */
class GateTest {
  private static final Gate GATE = new Gate("secret", 1234);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          GET  | /secret/x | localhost:1234    | -                        | -           | -             | /x
          GET  | /secret/x | 127.0.0.1:1234    | -                        | none        | -             | /x
          GET  | /secret/x | 127.0.0.1:1234    | -                        | same-origin | -             | /x
          GET  | /secret/x | 127.0.0.1:1234    | http://127.0.0.1:1234    | same-origin | -             | /x
          GET  | /x        | 127.0.0.1:1234    | -                        | -           | Bearer secret | /x
          GET  | /secret/x | -                 | -                        | -           | -             | -
          GET  | /secret/x | evil.example:1234 | -                        | -           | -             | -
          GET  | /secret/x | 127.0.0.1:99      | -                        | -           | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | http://evil.example      | -           | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | http://localhost:1234    | -           | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | null                     | -           | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | https://127.0.0.1:1234   | -           | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | -                        | cross-site  | -             | -
          GET  | /secret/x | 127.0.0.1:1234    | -                        | same-site   | -             | -
          GET  | /secre/x  | 127.0.0.1:1234    | -                        | -           | -             | -
          GET  | /secret   | 127.0.0.1:1234    | -                        | -           | -             | -
          GET  | /x        | 127.0.0.1:1234    | -                        | -           | Bearer secre  | -
          GET  | /x        | 127.0.0.1:1234    | -                        | -           | secret        | -
          POST | /secret/x | 127.0.0.1:1234    | http://127.0.0.1:1234    | same-origin | Bearer secret | /x
          POST | /x        | 127.0.0.1:1234    | -                        | -           | Bearer secret | /x
          POST | /secret/x | 127.0.0.1:1234    | http://127.0.0.1:1234    | same-origin | -             | -
          POST | /secret/x | 127.0.0.1:1234    | -                        | same-origin | Bearer secret | -
          POST | /secret/x | 127.0.0.1:1234    | http://evil.example      | cross-site  | Bearer secret | -
          DELETE | /secret/x | 127.0.0.1:1234  | -                        | -           | -             | -
          """)
  void onlyOwnRequestsComeIn(
      String method,
      String path,
      String host,
      String origin,
      String site,
      String authorization,
      String admitted) {
    Map<String, String> headers = new HashMap<>();
    headers.put("host", host);
    headers.put("origin", origin);
    headers.put("sec-fetch-site", site);
    headers.put("authorization", authorization);
    assertEquals(
        Optional.ofNullable(admitted),
        GATE.admit(method, path, name -> headers.get(name.toLowerCase(Locale.ROOT))));
  }
}
