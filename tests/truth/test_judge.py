"""The verdicts on forecasts: `python -m unittest discover -s tests/truth`."""

import unittest

import judge
from figures import Row
from run import measures


def row(forecast, measured, metric="peak"):
    return Row("module", "function", metric, (10, 100, 1000), forecast, measured)


class VerdictTest(unittest.TestCase):
    def test_a_bound_is_as_near_as_at_the_largest_size(self):
        real = [1000, 10_000, 100_000]
        for factor, word in ((1, "near"), (1.08, "near"), (1.9, "double"), (3, "far")):
            largest = int(real[-1] * factor)
            self.assertEqual(judge.verdict(row([9000, 90_000, largest], real)), word)

    def test_a_forecast_is_below_if_it_is_at_any_size(self):
        self.assertEqual(judge.verdict(row([900, 10_000, 100_000], [1000, 10_000, 100_000])), "below")

    def test_what_is_no_number_is_open(self):
        self.assertEqual(judge.verdict(row([900, "n", 100_000], [1000, 10_000, 100_000])), "open")

    def test_a_few_bytes_are_no_difference(self):
        self.assertEqual(judge.verdict(row([56, 56, 56], [0, 0, 0])), "near")


class GrowthTest(unittest.TestCase):
    linear = [10_000, 100_000, 1_000_000]

    def test_a_factor_and_an_addend_do_not_change_growth(self):
        self.assertTrue(judge.grows_alike(row([3 * size + 5000 for size in self.linear], self.linear)))

    def test_a_square_and_a_constant_are_other_classes(self):
        self.assertFalse(judge.grows_alike(row([size**2 for size in self.linear], self.linear)))
        self.assertFalse(judge.grows_alike(row([1_000_000] * 3, self.linear)))

    def test_nothing_grows_like_a_constant(self):
        self.assertTrue(judge.grows_alike(row([120, 120, 120], [0, 0, 0])))


class TableTest(unittest.TestCase):
    def test_lines_are_of_those_with_a_number(self):
        rows = [row([9, 9, 9], [9, 9, 9], metric) for metric in ("total", "peak", "retained")]
        rows.append(row(["n", "n", "n"], [9, 9, 9], "total"))
        table = measures(rows)
        self.assertIn("| a number comes out | 1 of 2 | 1 of 1 | 1 of 1 |", table)
        self.assertIn("| the bound holds | 1 of 1 | 1 of 1 | 1 of 1 |", table)


if __name__ == "__main__":
    unittest.main()
