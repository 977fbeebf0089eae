using AmViz.TestKit;

namespace AmViz.Storage.Tests;

public sealed class FolderBlobStoreContractTests(FolderFixture fixture)
    : BlobStoreContract(fixture), IClassFixture<FolderFixture>;

public sealed class FolderBlobStoreWithoutLinksContractTests(FolderFixture.WithoutLinks fixture)
    : BlobStoreContract(fixture), IClassFixture<FolderFixture.WithoutLinks>;
