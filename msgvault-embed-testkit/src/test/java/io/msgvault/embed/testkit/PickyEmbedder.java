package io.msgvault.embed.testkit;

import io.msgvault.embed.Embedder;
import io.msgvault.embed.EmbedderModel;
import io.msgvault.embed.EmbedderUnavailableException;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.RejectedInputException;
import io.msgvault.embed.TransientEmbedderException;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An embedder with every capability: it refuses a text, and may be busy or set up wrongly. */
class PickyEmbedder implements Embedder {
  static final String REFUSED = "this very text is refused";

  /** How it is set up. */
  enum SetUp {
    RIGHT,
    BUSY,
    WRONG
  }

  private final HashEmbedder embedder = new HashEmbedder();
  private final SetUp setUp;

  PickyEmbedder(SetUp setUp) {
    this.setUp = setUp;
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, Purpose purpose) {
    if (setUp == SetUp.BUSY) {
      throw new TransientEmbedderException("busy", null);
    }
    if (setUp == SetUp.WRONG) {
      throw new EmbedderUnavailableException("unknown model", null);
    }
    List<float[]> vectors = embedder.embed(texts, purpose);
    if (texts.contains(REFUSED)) {
      throw new RejectedInputException("refused", null);
    }
    return vectors;
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return embedder.tokenCounter();
  }

  @Override
  public void close() {
    embedder.close();
  }

  /** Opens such embedders, with a flaw. */
  record Fixture(UnaryOperator<Embedder> flaw) implements EmbedderFixture {
    @Override
    public Embedder open() {
      return flaw.apply(new PickyEmbedder(SetUp.RIGHT));
    }

    @Override
    public String refusedText() {
      return REFUSED;
    }

    @Override
    public Embedder openFailing() {
      return flaw.apply(new PickyEmbedder(SetUp.BUSY));
    }

    @Override
    public Embedder openMisconfigured() {
      return flaw.apply(new PickyEmbedder(SetUp.WRONG));
    }
  }
}
