package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import java.util.List;
import net.jqwik.api.Example;

/** Holds an embedder to its errors: which they are, and that none holds a text. */
public interface EmbedderErrorRules extends EmbedderContext {
  @Rule("EM-4")
  @Needs(Capability.REFUSED_TEXTS)
  @Example
  default void rejectedTextFailsAlone() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      String refused = fixture.refusedText();
      List<String> batch = List.of("tea", refused, "soup");
      for (List<String> texts : List.of(List.of(refused), batch)) {
        RejectedInputException refusal =
            Expect.thrown(
                RejectedInputException.class,
                "a batch of " + texts.size() + " with a refused text",
                () -> embedder.embed(texts, InputType.DOCUMENT));
        EmbedderContext.requireNoTextIn(refusal, refused);
      }
      EmbedderContext.requireFit(
          embedder,
          List.of("tea", "soup"),
          embedder.embed(List.of("tea", "soup"), InputType.DOCUMENT));
    }
  }

  @Rule("EM-4")
  @Example
  default void overlongTextIsEmbeddedOrRejected() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      int words = Math.min(embedder.model().maxTokens(), 20_000);
      String text = "soup ".repeat(words + 10);
      try {
        EmbedderContext.requireFit(
            embedder, List.of(text), embedder.embed(List.of(text), InputType.DOCUMENT));
      } catch (RejectedInputException refusal) {
        EmbedderContext.requireNoTextIn(refusal, "soup soup soup");
      }
    }
  }

  @Rule("EM-4")
  @Needs(Capability.TRANSIENT_FAILURES)
  @Example
  default void transientFailureIsDistinguished() {
    try (EmbedderFixture fixture = openFixture();
        Embedder failing = fixture.openFailing()) {
      TransientEmbedderException failure =
          Expect.thrown(
              TransientEmbedderException.class,
              "a call that fails for now",
              () -> failing.embed(List.of("a telling text of a message"), InputType.DOCUMENT));
      EmbedderContext.requireNoTextIn(failure, "a telling text of a message");
    }
  }

  @Rule("EM-4")
  @Needs(Capability.MISCONFIGURATION)
  @Example
  default void misconfigurationIsNotInputError() {
    try (EmbedderFixture fixture = openFixture();
        Embedder wrong = fixture.openMisconfigured()) {
      EmbedderUnavailableException failure =
          Expect.thrown(
              EmbedderUnavailableException.class,
              "a call of an embedder that is set up wrongly",
              () -> wrong.embed(List.of("a telling text of a message"), InputType.DOCUMENT));
      EmbedderContext.requireNoTextIn(failure, "a telling text of a message");
    }
  }

  @Rule("EM-4")
  @Example
  default void unsupportedCapabilitiesBehaveAsDocumented() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      Expect.equal(
          "EM-1",
          supports(Capability.COUNTED_TOKENS),
          embedder.tokenCounter().isPresent(),
          "whether there is a token counter, where COUNTED_TOKENS is declared unsupported if not");
      if (missingCapabilities().contains(Capability.REFUSED_TEXTS)) {
        Expect.thrown(UnsupportedOperationException.class, "refusedText()", fixture::refusedText);
      }
      if (missingCapabilities().contains(Capability.TRANSIENT_FAILURES)) {
        Expect.thrown(UnsupportedOperationException.class, "openFailing()", fixture::openFailing);
      }
      if (missingCapabilities().contains(Capability.MISCONFIGURATION)) {
        Expect.thrown(
            UnsupportedOperationException.class, "openMisconfigured()", fixture::openMisconfigured);
      }
    }
  }
}
