package io.msgvault.embed.text;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/** Supplies texts for the steps: pieces of mail in any order, and arbitrary characters. */
final class AnyText implements ArbitrarySupplier<String> {
  /** The pieces: each begins, continues or ends something that a step looks for. */
  static final List<String> PIECES =
      List.of(
          ("a¦word¦Ü¦.¦! ¦?¦:¦> ¦>>¦|¦-¦-----¦@¦/¦,¦;¦=¦&¦#¦A1b¦<¦<b>¦</p>¦<blockquote>¦<pre>¦&lt;¦]]>¦"
                  + "<!--¦<script>¦漢字¦。¦，¦😀¦👩\u200d🚀¦\ufffd¦ ¦\t¦\n¦\n\n¦\r\n¦-- \n¦--\n¦On 5 Apr 2021, "
                  + "Ann <a@b.example> wrote:¦wrote:\n¦In article <1@x> ¦-----Original Message-----\n¦"
                  + "From: Ann\n¦Sent: today\n¦Date: today\n¦Sent from my phone¦data:¦?utm_source=x¦"
                  + "data:image/png;base64,¦&amp;¦begin 644 x\n¦`\nend\n¦-----BEGIN PGP MESSAGE-----\n¦"
                  + "-----END PGP MESSAGE-----\n¦\u0000¦\u200b¦\u200d¦\u00a0¦\ufeff¦\u0301¦\ud83d¦\ude00¦"
                  + ("_".repeat(25) + "¦" + "x".repeat(70) + "¦" + "Zm9vYmFyQmF6".repeat(6) + "¦")
                  + ("M" + "#".repeat(60) + "\n"))
              .split("¦"));

  @Override
  public Arbitrary<String> get() {
    return Arbitraries.oneOf(
        Arbitraries.of(PIECES).list().ofMaxSize(60).map(pieces -> String.join("", pieces)),
        Arbitraries.strings().all().ofMaxLength(200));
  }
}
