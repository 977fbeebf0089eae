namespace AmViz.Benchmarks;

/// <summary>How long calls took.</summary>
internal sealed class CallTimes
{
    private readonly Lock _lock = new();
    private readonly List<float> _milliseconds = [];

    public CallFigures Figures
    {
        get
        {
            lock (_lock)
            {
                float[] sorted = [.. _milliseconds.Order()];
                return new(sorted.Length, At(sorted, 0.5), At(sorted, 0.99), At(sorted, 1));
            }
        }
    }

    public void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _milliseconds.Add((float)time.TotalMilliseconds);
        }
    }

    private static double At(float[] sorted, double part)
        => sorted.Length == 0 ? 0 : Math.Round(sorted[(int)Math.Ceiling(part * (sorted.Length - 1))], 2);
}

/// <summary>Calls of one kind.</summary>
/// <param name="Count">How many were answered.</param>
/// <param name="P50">Milliseconds that half of them took at most.</param>
/// <param name="P99">Milliseconds that 99 of 100 took at most.</param>
/// <param name="Max">Milliseconds of the longest.</param>
public sealed record CallFigures(int Count, double P50, double P99, double Max);
