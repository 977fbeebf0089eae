using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>The stand-in of other tests keeps the same promises as the real stores.</summary>
public sealed class MemoryBlobStoreTests(MemoryBlobStoreTests.Fixture fixture)
    : BlobStoreContract(fixture), IClassFixture<MemoryBlobStoreTests.Fixture>
{
    public sealed class Fixture : IBlobStoreFixture
    {
        public IBlobStore NewStore() => new MemoryBlobStore();
    }
}
