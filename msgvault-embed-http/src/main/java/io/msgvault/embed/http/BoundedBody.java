package io.msgvault.embed.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** An answer's body, taken up to a limit. At the limit it stops reading and is what it has. */
final class BoundedBody implements BodySubscriber<BoundedBody> {
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
  private final CompletableFuture<BoundedBody> content = new CompletableFuture<>();
  private @Nullable Subscription subscription;
  private boolean cut;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  /** The body, or its beginning, once it is there. */
  byte[] bytes() {
    return bytes.toByteArray();
  }

  /** Whether there was more of it. */
  boolean isCut() {
    return cut;
  }

  @Override
  public CompletionStage<BoundedBody> getBody() {
    return content;
  }

  @Override
  public void onSubscribe(Subscription given) {
    if (subscription != null) {
      given.cancel();
      return;
    }
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (content.isDone()) {
        return;
      }
      int room = Math.min(buffer.remaining(), limit - bytes.size());
      cut = room < buffer.remaining();
      byte[] read = new byte[room];
      buffer.get(read);
      bytes.writeBytes(read);
      if (cut) {
        if (subscription != null) {
          subscription.cancel();
        }
        content.complete(this);
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    content.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    content.complete(this);
  }
}
