package io.msgvault.embed.spring.internal;

import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** The actuator's endpoint of a single archive. */
@Endpoint(id = "msgvaultembed")
final class EmbedEndpoint {
  private final OperatedIndex index;

  EmbedEndpoint(OperatedIndex index) {
    this.index = index;
  }

  /** Returns the status. */
  @ReadOperation
  StatusReport status() {
    return index.status();
  }

  /** Does an action, or lets it begin soon, and tells which. */
  @WriteOperation
  Map<String, Object> act(@Selector OperatedIndex.Action action) {
    return index.act(action);
  }
}
