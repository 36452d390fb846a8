package io.msgvault.embed.testkit.model;

import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.SharedLease;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a job and its stores, and is called before each call. What it throws then, the job
 * sees instead of the call.
 */
@FunctionalInterface
public interface CallInterceptor {
  /** Lets every call pass. */
  CallInterceptor NONE = (call, arguments) -> {};

  /**
   * Runs before a call.
   *
   * @param call interface and method, such as {@code MessageStore.stamp}
   * @param arguments the call's arguments
   */
  void before(String call, Object[] arguments);

  /** This interceptor, then another. */
  default CallInterceptor andThen(CallInterceptor next) {
    return (call, arguments) -> {
      before(call, arguments);
      next.before(call, arguments);
    };
  }

  /** Dies before a call, and stays dead. */
  static CallInterceptor killedBefore(int number) {
    return new CallInterceptor() {
      private int calls;

      @Override
      public void before(String call, Object[] arguments) {
        calls++;
        if (calls >= number) {
          throw new ProcessKilled();
        }
      }
    };
  }

  /** The process is dead. */
  final class ProcessKilled extends Error {
    private static final long serialVersionUID = 1L;

    /** Creates the error of a process that ends here. */
    public ProcessKilled() {}
  }

  /** A message store behind this interceptor. */
  default MessageStore wrap(MessageStore store) {
    return proxy(MessageStore.class, store);
  }

  /** A vector store behind this interceptor, with its leases. */
  default VectorStore wrap(VectorStore store) {
    return proxy(VectorStore.class, store);
  }

  /** An index of words behind this interceptor. */
  default WordIndex wrap(WordIndex index) {
    return proxy(WordIndex.class, index);
  }

  /** A legacy index behind this interceptor. */
  default LegacyIndex wrap(LegacyIndex index) {
    return proxy(LegacyIndex.class, index);
  }

  private <T> T proxy(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, values) -> {
              Object[] arguments = values == null ? new Object[0] : values;
              boolean asksWhatItCan =
                  method.getName().equals("supportsSharedLease"); // of no storage
              if (method.getDeclaringClass() != Object.class && !asksWhatItCan) {
                before(type.getSimpleName() + "." + method.getName(), arguments);
              }
              return wrapResult(invoke(method, target, arguments));
            }));
  }

  private @Nullable Object wrapResult(@Nullable Object result) {
    Object held = result instanceof Optional<?> optional ? optional.orElse(null) : null;
    if (held instanceof SharedLease share) {
      return Optional.of(proxy(SharedLease.class, share));
    }
    return held instanceof Lease lease ? Optional.of(proxy(Lease.class, lease)) : result;
  }

  private static @Nullable Object invoke(Method method, Object target, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  /** A store that says it does not seek, as any store may, so that a job uses watermarks. */
  static MessageStore withoutSeeking(MessageStore store) {
    return MessageStore.class.cast(
        Proxy.newProxyInstance(
            MessageStore.class.getClassLoader(),
            new Class<?>[] {MessageStore.class},
            (proxy, method, arguments) ->
                method.getName().equals("supportsSeekingScan")
                    ? false
                    : invoke(method, store, arguments == null ? new Object[0] : arguments)));
  }
}
