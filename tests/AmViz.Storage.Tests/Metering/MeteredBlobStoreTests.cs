using System.Diagnostics.Metrics;
using System.Reflection;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace AmViz.Storage.Tests;

/// <summary>A measured store keeps the promises of the store that it measures.</summary>
public sealed class MeteredBlobStoreContractTests(MeteredBlobStoreContractTests.Fixture fixture)
    : BlobStoreContract(fixture), IClassFixture<MeteredBlobStoreContractTests.Fixture>
{
    public sealed class Fixture : IBlobStoreFixture, IDisposable
    {
        private readonly OwnMeters _meters = new();
        private readonly StoreInstruments _instruments;

        public Fixture() => _instruments = new(_meters);

        public IBlobStore NewStore() => new MeteredBlobStore(new MemoryBlobStore(), _instruments);

        public void Dispose() => _instruments.Dispose();
    }
}

public sealed class MeteredBlobStoreTests : IDisposable
{
    private static readonly BlobPath Path = new("a/b");

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryBlobStore _inner = new();
    private readonly StoreInstruments _instruments;
    private readonly MeteredBlobStore _store;
    private readonly MeterListener _listener = new();
    private readonly List<(string Call, double Seconds)> _calls = [];

    public MeteredBlobStoreTests()
    {
        var meters = new OwnMeters();
        _instruments = new(meters);
        _store = new(_inner, _instruments, _time);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meters.Made)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => _calls.Add(($"{tags[0].Value} {tags[1].Value}", seconds)));
        _listener.Start();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCallIsCountedUnderWhatCameOfIt()
    {
        await _store.CheckAsync(StoreAccess.Write, Token);
        await _store.ReadAsync(Path, Token);
        await _store.ReadRangeAsync(Path, 0, 1, Token);
        await _store.ReadPropertiesAsync(Path, Token);
        await _store.CreateAsync(Path, new byte[3], Token);
        await _store.CreateAsync(Path, new byte[3], Token);
        var blob = await _store.ReadAsync(Path, Token);
        await _store.ReadRangeAsync(Path, 0, 1, Token);
        await _store.ReadPropertiesAsync(Path, Token);
        await _store.ReplaceAsync(Path, new byte[4], blob!.ETag, Token);
        await _store.ReplaceAsync(Path, new byte[4], "another", Token);
        Assert.Single(await _store.ListAsync("", Token).ToListAsync(Token));
        Assert.Single(await _store.ListFoldersAsync("", Token).ToListAsync(Token));
        await _store.DeleteAsync(Path, Token);
        await _store.DeleteAsync(Path, Token);
        Assert.Equal(
            [
                "check ok", "get missing", "range missing", "head missing", "put ok", "put exists", "get ok", "range ok", "head ok", "replace ok", "replace conflict",
                "list ok", "folders ok", "delete ok", "delete missing",
            ],
            _calls.Select(call => call.Call));
    }

    [Fact]
    public async Task FaultsAreCountedAndPassedOnAsTheyAre()
    {
        _inner.Outage = new StoreUnreachableException("memory", "away");
        Assert.Same(_inner.Outage, await Assert.ThrowsAsync<StoreUnreachableException>(() => _store.ReadAsync(Path, Token)));
        await Assert.ThrowsAsync<StoreUnreachableException>(async () => await _store.ListAsync("", Token).ToListAsync(Token));
        await Assert.ThrowsAsync<StorageException>(() => Failing(new StorageException("torn")).CreateAsync(Path, default, Token));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Failing(new OperationCanceledException()).DeleteAsync(Path, Token));
        Assert.Equal(["get unreachable", "list unreachable", "put error", "delete cancelled"], _calls.Select(call => call.Call));
    }

    [Fact]
    public async Task AListingDoesNotTakeTheTimeInWhichItsReaderWorks()
    {
        await _inner.CreateAsync(Path, default, Token);
        await foreach (var _ in _store.ListAsync("", Token))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(("list ok", 0.0), Assert.Single(_calls));
    }

    private MeteredBlobStore Failing(Exception error)
    {
        var store = DispatchProxy.Create<IBlobStore, FailingStore>();
        ((FailingStore)store).Error = error;
        return new(store, _instruments, _time);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _instruments.Dispose();
    }
}

/// <summary>Every call fails alike.</summary>
public class FailingStore : DispatchProxy
{
    public Exception Error { get; set; } = new NotSupportedException();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw Error;
}

/// <summary>Makes one meter.</summary>
internal sealed class OwnMeters : IMeterFactory
{
    public Meter? Made { get; private set; }

    public Meter Create(MeterOptions options) => Made = new Meter(options);

    public void Dispose() => Made?.Dispose();
}
