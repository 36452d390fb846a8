package io.msgvault.embed.testkit;

import io.msgvault.embed.Lease;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.SharedLease;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.FormerIndex;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a job and its stores and is told of each call before it is made. What it throws
 * then, the job sees instead of the call.
 */
@FunctionalInterface
interface Tap {
  /** Lets every call pass. */
  Tap OPEN = (call, arguments) -> {};

  /**
   * Told before a call.
   *
   * @param call interface and method, such as {@code MessageStore.stamp}
   * @param arguments the call's arguments
   */
  void before(String call, Object[] arguments);

  /** This tap, then another. */
  default Tap and(Tap next) {
    return (call, arguments) -> {
      before(call, arguments);
      next.before(call, arguments);
    };
  }

  /** Dies before a call, and stays dead. */
  static Tap killedBefore(int number) {
    return new Tap() {
      private int calls;

      @Override
      public void before(String call, Object[] arguments) {
        calls++;
        if (calls >= number) {
          throw new Killed();
        }
      }
    };
  }

  /** The process is dead. */
  final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A message store behind this tap. */
  default MessageStore on(MessageStore store) {
    return between(MessageStore.class, store);
  }

  /** A vector store behind this tap, with its leases. */
  default VectorStore on(VectorStore store) {
    return between(VectorStore.class, store);
  }

  /** An archive's database behind this tap. */
  default FormerIndex on(FormerIndex former) {
    return between(FormerIndex.class, former);
  }

  private <T> T between(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              boolean asksWhatItCan = method.getName().equals("sharesLeases"); // of no storage
              if (method.getDeclaringClass() != Object.class && !asksWhatItCan) {
                before(type.getSimpleName() + "." + method.getName(), given);
              }
              return wrapped(call(method, target, given));
            }));
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    Object held = result instanceof Optional<?> optional ? optional.orElse(null) : null;
    if (held instanceof SharedLease share) {
      return Optional.of(between(SharedLease.class, share));
    }
    return held instanceof Lease lease ? Optional.of(between(Lease.class, lease)) : result;
  }

  private static @Nullable Object call(Method method, Object target, Object[] arguments)
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
                method.getName().equals("scansBySeeking")
                    ? false
                    : call(method, store, arguments == null ? new Object[0] : arguments)));
  }
}
