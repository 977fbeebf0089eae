namespace AmViz.Onnx;

/// <summary>How much each place of an axis counts for each place of the stretched one.</summary>
/// <param name="IsCubic">The kernel of Keys (1981); else a triangle, which interpolates linearly.</param>
/// <param name="CubicCoefficient">The number a of that kernel.</param>
/// <param name="ExcludesOutside">Whether places outside of the axis do not count; else the outer ones stand for them.</param>
/// <param name="IsAntialiased">Whether the kernel is as wide as a place of a shrunk axis.</param>
internal sealed record ResizeFilter(bool IsCubic, double CubicCoefficient, bool ExcludesOutside, bool IsAntialiased)
{
    /// <summary>The weights of an axis.</summary>
    /// <returns>One row for each place after, one column for each place before; rows of places outside are 0.</returns>
    public double[] Weights(ResizeAxis axis)
    {
        var weights = new double[axis.To * axis.From];
        for (var to = 0L; to < axis.To; to++)
        {
            if (!axis.IsOutside(to))
            {
                Fill(weights.AsSpan((int)(to * axis.From), (int)axis.From), axis.Place(to), axis.Stretch);
            }
        }

        return weights;
    }

    private void Fill(Span<double> row, double place, double stretch)
    {
        var narrowing = IsAntialiased ? Math.Min(1, stretch) : 1;
        var reach = (IsCubic ? 2 : 1) / narrowing;
        var sum = 0.0;
        for (var at = (long)Math.Ceiling(place - reach); at <= place + reach; at++)
        {
            if (ExcludesOutside && (at < 0 || at >= row.Length))
            {
                continue;
            }

            var weight = Kernel(Math.Abs(at - place) * narrowing);
            row[(int)Math.Clamp(at, 0, row.Length - 1)] += weight;
            sum += weight;
        }

        if ((ExcludesOutside || IsAntialiased) && sum != 0)
        {
            foreach (ref var weight in row)
            {
                weight /= sum;
            }
        }
    }

    private double Kernel(double distance)
    {
        if (!IsCubic)
        {
            return Math.Max(0, 1 - distance);
        }

        var a = CubicCoefficient;
        return distance <= 1 ? ((((a + 2) * distance) - (a + 3)) * distance * distance) + 1
            : distance < 2 ? (((((a * distance) - (5 * a)) * distance) + (8 * a)) * distance) - (4 * a)
            : 0;
    }
}
