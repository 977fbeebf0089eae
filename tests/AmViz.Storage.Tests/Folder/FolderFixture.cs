using AmViz.TestKit;

namespace AmViz.Storage.Tests;

/// <summary>Stores in fresh folders.</summary>
public sealed class FolderFixture : IBlobStoreFixture, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public IBlobStore NewStore() => new FolderBlobStore(NewRoot());

    public void Dispose() => _folder.Dispose();

    private string NewRoot() => _folder.At($"store-{Interlocked.Increment(ref _stores)}");

    /// <summary>Stores on a file system without hard links, such as FAT or an Azure Files share.</summary>
    public sealed class WithoutLinks : IBlobStoreFixture, IDisposable
    {
        private readonly FolderFixture _folders = new();

        public IBlobStore NewStore()
            => new FolderBlobStore(_folders.NewRoot(), TimeProvider.System, (_, _) => FileLinkResult.NotSupported);

        public void Dispose() => _folders.Dispose();
    }
}
