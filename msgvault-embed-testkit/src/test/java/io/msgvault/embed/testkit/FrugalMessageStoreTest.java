package io.msgvault.embed.testkit;

import java.util.Set;

class FrugalMessageStoreTest extends MessageStoreConformance {
  @Override
  protected MessageStoreFixture newFixture() {
    return new FrugalArchiveFixture();
  }

  @Override
  protected Set<Capability> lacking() {
    return FrugalArchiveFixture.LACKING;
  }
}
