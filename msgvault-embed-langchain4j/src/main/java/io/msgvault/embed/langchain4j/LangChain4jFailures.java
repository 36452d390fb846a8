package io.msgvault.embed.langchain4j;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.JsonException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.embedder.support.FailureKinds;
import java.util.Optional;

/** Sorts the failures of LangChain4j's models. {@link LangChain4jEmbedder} has the table. */
final class LangChain4jFailures {
  private LangChain4jFailures() {}

  static EmbedderException sorted(RuntimeException failure) {
    Optional<HttpException> answer = FailureKinds.find(HttpException.class, failure);
    if (answer.isPresent()) {
      return FailureKinds.ofStatus(answer.get().statusCode(), failure);
    }
    return FailureKinds.find(LangChain4jException.class, failure)
        .flatMap(known -> byType(known, failure))
        .orElseGet(() -> FailureKinds.ofAny(failure));
  }

  private static Optional<EmbedderException> byType(
      LangChain4jException known, RuntimeException failure) {
    String name = FailureKinds.named(known);
    if (known instanceof RetriableException
        || known instanceof JsonException
        || known instanceof UnresolvedModelServerException) {
      return Optional.of(
          new TransientEmbedderException("the model does not answer" + name, failure));
    }
    if (known instanceof InvalidRequestException) {
      return Optional.of(new RejectedInputException("the model refused a text" + name, failure));
    }
    if (known instanceof AuthenticationException
        || known instanceof ModelNotFoundException
        || known instanceof UnsupportedFeatureException) {
      return Optional.of(
          new EmbedderUnavailableException(
              "the model cannot work as it is set up"
                  + name
                  + ": check its key, its name and its parameters",
              failure));
    }
    return Optional.empty();
  }
}
