namespace AmViz.Responses.Textures;

/// <summary>Gaussian blur of one plane, rows and then columns, the border repeated outwards.</summary>
internal static class GaussianBlur
{
    private const float LeastDeviation = 0.2f; // below it the kernel is a single one

    /// <summary>Blurs in place.</summary>
    /// <param name="plane">A square plane, row by row.</param>
    /// <param name="size">Its side in pixels.</param>
    /// <param name="deviation">Of the Gaussian, in pixels.</param>
    public static void Apply(Span<float> plane, int size, float deviation)
    {
        if (deviation < LeastDeviation)
        {
            return;
        }

        float[] kernel = Kernel(deviation), line = new float[size];
        for (var row = 0; row < size; row++)
        {
            BlurLine(plane, row * size, 1, line, kernel);
        }

        for (var column = 0; column < size; column++)
        {
            BlurLine(plane, column, size, line, kernel);
        }
    }

    private static void BlurLine(Span<float> plane, int start, int stride, float[] line, float[] kernel)
    {
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = plane[start + i * stride];
        }

        var reach = kernel.Length / 2;
        for (var i = 0; i < line.Length; i++)
        {
            float sum = 0;
            for (var k = 0; k < kernel.Length; k++)
            {
                sum += kernel[k] * line[Math.Clamp(i + k - reach, 0, line.Length - 1)];
            }

            plane[start + i * stride] = sum;
        }
    }

    private static float[] Kernel(float deviation)
    {
        var reach = (int)MathF.Ceiling(3 * deviation);
        float[] kernel = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(i => MathF.Exp(-i * i / (2 * deviation * deviation)))];
        var sum = kernel.Sum();
        return [.. kernel.Select(weight => weight / sum)];
    }
}
