using System.Diagnostics;

namespace AmViz.Weights.Tests;

/// <summary>Feeds a reader with damaged files, each from a seed that the failure names.</summary>
/// <param name="Damage">In words.</param>
/// <param name="Mutate">Makes a damaged file of a sound one; the same for the same random numbers.</param>
/// <param name="Count">How many.</param>
public sealed record DamagedFiles(string Damage, Func<byte[], Random, byte[]> Mutate, int Count)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Each file is either read or refused by a <see cref="WeightsFormatException"/>, within bounds of memory and time.</summary>
    /// <param name="sound">Files to damage, in turn; the reader takes them as they are.</param>
    /// <param name="read">Reads a file; told its seed.</param>
    /// <param name="mostBytes">From the length of a file to what reading it may allocate.</param>
    /// <returns>How many were refused: at least one, else the damage does not reach the checks.</returns>
    public int AreReadOrRefusedBy(IReadOnlyList<byte[]> sound, Action<byte[]> read, Func<long, long> mostBytes)
    {
        foreach (byte[] file in sound)
        {
            read(file);
        }

        int refused = Enumerable.Range(0, Count).Count(seed => IsRefused(seed, Mutate([.. sound[seed % sound.Count]], new Random(seed)), read, mostBytes));
        Assert.True(refused > 0, $"{Damage}: not one of {Count} was refused, so they do not reach the checks");
        return refused;
    }

    public override string ToString() => Damage;

    private bool IsRefused(int seed, byte[] file, Action<byte[]> read, Func<long, long> mostBytes)
    {
        bool refused = false;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        try
        {
            read(file);
        }
        catch (WeightsFormatException)
        {
            refused = true;
        }
        catch (Exception e)
        {
            Assert.Fail($"{Damage}, seed {seed}: {e}");
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= mostBytes(file.Length), $"{Damage}, seed {seed}: {allocated} bytes for a file of {file.Length}");
        Assert.True(clock.Elapsed < Longest, $"{Damage}, seed {seed}: {clock.Elapsed}");
        return refused;
    }
}
