using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using AmViz.Storage;
using AmViz.Sweeps;
using AmViz.TestKit;

namespace AmViz.Benchmarks;

/// <summary>A store that counts its calls and keeps nothing in the memory that is measured.</summary>
/// <remarks>
/// Of pictures it remembers only that they are there, since each can be made again from its address. All else lies in files of a
/// folder, which several processes may share; nothing is flushed to the disk.
/// </remarks>
/// <param name="folder">Where the files lie.</param>
/// <param name="plans">Whose pictures there may be.</param>
internal sealed class SimulatedStore(string folder, params IReadOnlyList<SweepPlan> plans) : IBlobStore
{
    private readonly Dictionary<string, Shard> _layers = plans.SelectMany(plan => plan.Shards()).Where(shard => shard.Id.Index == 0).ToDictionary(
        shard => ResultLayout.Pictures(shard.Id.Model, shard.WeightsDigest, shard.Id.Layer, shard.Recipe.Hash), StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(Shard Layer, int Channel, int Seed), byte> _pictures = new(new SameLayer());
    private readonly Lock _replacing = new();
    private long _creates;
    private long _reads;
    private long _lists;
    private long _replaces;
    private long _deletes;

    /// <inheritdoc/>
    public string Name => $"simulated:{folder}";

    /// <summary>Calls so far.</summary>
    public StoreOperations Operations => new(
        Interlocked.Read(ref _creates), Interlocked.Read(ref _reads), Interlocked.Read(ref _lists), Interlocked.Read(ref _replaces), Interlocked.Read(ref _deletes));

    /// <inheritdoc/>
    public Task CheckAsync(StoreAccess access, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> CreateAsync(BlobPath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _creates);
        if (IsPicture(path, out var picture))
        {
            return Task.FromResult(_pictures.TryAdd(picture, 0));
        }

        var file = FileOf(path);
        if (File.Exists(file))
        {
            return Task.FromResult(false);
        }

        Write(file, content, isNew: true);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task<Blob?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (IsPicture(path, out var picture))
        {
            return Task.FromResult(_pictures.ContainsKey(picture) ? new Blob(Draw(picture), "1") : null);
        }

        var file = new FileInfo(FileOf(path));
        return Task.FromResult(file.Exists ? new Blob(File.ReadAllBytes(file.FullName), ETagOf(file)) : null);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadRangeAsync(BlobPath path, long offset, int length, CancellationToken cancellationToken)
    {
        if (await ReadAsync(path, cancellationToken) is not { } blob)
        {
            return null;
        }

        var begin = (int)Math.Min(offset, blob.Content.Length);
        return blob.Content.Slice(begin, Math.Min(length, blob.Content.Length - begin));
    }

    /// <inheritdoc/>
    public async Task<BlobProperties?> ReadPropertiesAsync(BlobPath path, CancellationToken cancellationToken)
        => await ReadAsync(path, cancellationToken) is { } blob ? new(blob.Content.Length, blob.ETag) : null;

    /// <inheritdoc/>
    public Task<string?> ReplaceAsync(BlobPath path, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _replaces);
        lock (_replacing)
        {
            var file = new FileInfo(FileOf(path));
            if ((file.Exists ? ETagOf(file) : null) != expectedETag)
            {
                return Task.FromResult<string?>(null);
            }

            Write(file.FullName, content, isNew: false);
            return Task.FromResult<string?>(ETagOf(new(file.FullName)));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        await Task.CompletedTask;
        foreach (var item in prefix.StartsWith(ResultLayout.Results, StringComparison.Ordinal) ? Pictures(prefix) : Files(prefix))
        {
            yield return item;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        await Task.CompletedTask;
        var top = Path.Combine(folder, prefix);
        foreach (var path in (Directory.Exists(top) ? Directory.GetDirectories(top) : []).Order(StringComparer.Ordinal))
        {
            yield return Path.GetFileName(path);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(BlobPath path, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _deletes);
        var file = FileOf(path);
        var isThere = File.Exists(file);
        File.Delete(file);
        return Task.FromResult(isThere);
    }

    private IEnumerable<BlobItem> Pictures(string prefix) => _layers.TryGetValue(prefix, out var layer)
        ? _pictures.Keys.Where(picture => ReferenceEquals(picture.Layer, layer))
            .Select(picture => new BlobItem(new(string.Create(CultureInfo.InvariantCulture, $"{prefix}{picture.Channel}-s{picture.Seed}.png")), Draw(picture).Length))
            .OrderBy(item => item.Path)
        : [];

    private IEnumerable<BlobItem> Files(string prefix)
    {
        var top = Path.Combine(folder, prefix);
        return Directory.Exists(top)
            ? Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => new BlobItem(new(Path.GetRelativePath(folder, file)), new FileInfo(file).Length))
            : [];
    }

    private bool IsPicture(BlobPath path, out (Shard Layer, int Channel, int Seed) picture)
    {
        var name = path.Name;
        picture = default;
        if (!path.Value.StartsWith(ResultLayout.Results, StringComparison.Ordinal) || !ResultLayout.TryParsePicture(name, out var channel, out var seed))
        {
            return false;
        }

        picture = (_layers[path.Value[..^name.Length]], channel, seed);
        return true;
    }

    private static byte[] Draw((Shard Layer, int Channel, int Seed) picture) => SampleSweeps.Rendered(
        new(picture.Layer.Id.Model, picture.Layer.WeightsDigest, picture.Layer.Id.Layer, picture.Channel, picture.Seed), picture.Layer.Recipe).Picture.ToArray();

    private string FileOf(BlobPath path) => Path.Combine(folder, path.Value);

    private static string ETagOf(FileInfo file) => string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks}-{file.Length}");

    private static void Write(string file, ReadOnlyMemory<byte> content, bool isNew)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var stream = new FileStream(file, isNew ? FileMode.CreateNew : FileMode.Create);
        stream.Write(content.Span);
    }

    /// <summary>A layer is one object here; to compare what it says would take its time.</summary>
    private sealed class SameLayer : IEqualityComparer<(Shard Layer, int Channel, int Seed)>
    {
        public bool Equals((Shard Layer, int Channel, int Seed) x, (Shard Layer, int Channel, int Seed) y)
            => ReferenceEquals(x.Layer, y.Layer) && x.Channel == y.Channel && x.Seed == y.Seed;

        public int GetHashCode((Shard Layer, int Channel, int Seed) obj)
            => HashCode.Combine(RuntimeHelpers.GetHashCode(obj.Layer), obj.Channel, obj.Seed);
    }
}
