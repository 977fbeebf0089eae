using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class AzureBlobStoreContractTests(AzuriteFixture fixture) : BlobStoreContract(fixture);
