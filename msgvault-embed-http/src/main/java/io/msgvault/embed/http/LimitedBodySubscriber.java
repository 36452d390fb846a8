package io.msgvault.embed.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Reads the body of a reply up to a limit, and then cancels the rest. */
final class LimitedBodySubscriber implements BodySubscriber<LimitedBodySubscriber> {
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
  private final CompletableFuture<LimitedBodySubscriber> result = new CompletableFuture<>();
  private @Nullable Subscription subscription;
  private boolean truncated;

  LimitedBodySubscriber(int limit) {
    this.limit = limit;
  }

  /** Returns the body, or its beginning. Call it after the body is complete. */
  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** Returns whether the body was longer than the limit. */
  boolean isTruncated() {
    return truncated;
  }

  @Override
  public CompletionStage<LimitedBodySubscriber> getBody() {
    return result;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (this.subscription != null) {
      subscription.cancel();
      return;
    }
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (result.isDone()) {
        return;
      }
      int room = Math.min(buffer.remaining(), limit - bytes.size());
      truncated = room < buffer.remaining();
      byte[] read = new byte[room];
      buffer.get(read);
      bytes.writeBytes(read);
      if (truncated) {
        if (subscription != null) {
          subscription.cancel();
        }
        result.complete(this);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    result.complete(this);
  }
}
